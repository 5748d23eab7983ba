/** The chat, fetched by the loader when it is first wanted and drawn into the loader's shadow root. */

import { render } from 'preact';
import type { Chat, Port } from '../port.ts';
import css from './chat.css?inline';
import { warmUp } from './clock.ts';
import { createDialog } from './dialog.ts';
import { createSession } from './session.ts';
import { createStore } from './store.ts';
import { Panel } from './ui/Panel.tsx';
import { showUnread } from './unread.ts';
import { isWaiting } from './waiting.ts';

export function mount(port: Port): Chat {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  port.root.adoptedStyleSheets.push(sheet);

  const store = createStore();
  const session = createSession(port, store);
  const dialog = createDialog(port.root, port.closed);
  render(
    <>
      <Panel store={store} session={session} name={port.name} close={port.closed} />
      <p class="unseen" role="status">
        {store.news}
      </p>
    </>,
    dialog.element,
  );
  const button = port.root.getElementById('widget-chat-button');
  if (button) showUnread(button, store.unread);
  if (isWaiting(port)) session.follow();

  return {
    open() {
      dialog.open();
      session.open();
      warmUp();
    },
    close() {
      dialog.close();
      session.close();
    },
    refresh: session.refresh,
  };
}
