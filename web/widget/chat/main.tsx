/** The chat, fetched by the loader when it is first wanted and drawn into the loader's shadow root. */

import { signal } from '@preact/signals';
import { render } from 'preact';
import type { Chat, Port } from '../port.ts';
import css from './chat.css?inline';
import { warmUp } from './clock.ts';
import { createDialog } from './dialog.ts';
import { createSession } from './session.ts';
import { createStore } from './store.ts';
import { Panel } from './ui/Panel.tsx';
import { nameButton } from './unread.ts';
import { isWaiting } from './waiting.ts';
import { say, speak, words } from './words.ts';

/** Written from right to left. */
const RIGHT_TO_LEFT = /^(ar|he)/;

export function mount(port: Port): Chat {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  port.root.adoptedStyleSheets.push(sheet);

  speak(port.say.default);
  port.root.host.ariaLabel = words.chat;
  const opened = signal(false);
  const store = createStore();
  const session = createSession(port, store);
  const dialog = createDialog(port.root, port.closed);
  const dir = RIGHT_TO_LEFT.test(say.language) ? 'rtl' : 'ltr';
  render(
    // Not of the panel itself, which is on the side where the page has its bubble.
    <div class="inside" lang={say.language} dir={dir}>
      <Panel store={store} session={session} close={port.closed} />
      <p class="unseen" role="status">
        {store.news}
      </p>
    </div>,
    dialog.element,
  );
  const button = port.root.getElementById('widget-chat-button');
  if (button) nameButton(button, opened, store.unread);
  if (isWaiting(port)) session.follow();

  return {
    open() {
      opened.value = true;
      dialog.open();
      session.open();
      warmUp();
    },
    close() {
      opened.value = false;
      dialog.close();
      session.close();
    },
    refresh: session.refresh,
  };
}
