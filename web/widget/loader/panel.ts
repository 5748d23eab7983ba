import type { Chat, ChatModule, Port } from '../port.ts';
import { createBubble } from './bubble.ts';

/** Bubble and panel as the page's `Zipchat` sees them, whether the panel's code is there yet or not. */
export interface Panel {
  /** Puts the bubble into the page. */
  attach(): void;
  /** Fetches the chat's code: it will probably be wanted. */
  near(): void;
  /** Each of the three tells whether it is wanted now. */
  open(): boolean;
  close(): boolean;
  toggle(): boolean;
  /** The visitor is another one; nothing to do before the chat is there. */
  refresh(identified?: boolean): void;
}

/** What the panel needs of the page. */
export interface PanelPage {
  /** Fetches the chat's code. */
  fetch(): Promise<ChatModule>;
  port: Omit<Port, 'root' | 'closed'>;
  changed(event: 'open' | 'close'): void;
}

export function createPanel(page: PanelPage): Panel {
  let wanted = false;
  let chat: Chat | undefined;
  let loading: Promise<Chat> | undefined;

  const panel: Panel = {
    attach: () => bubble.attach(),
    near: () => void load().catch(() => {}),
    open() {
      if (!wanted) {
        bubble.show('loading');
        load().then(show, () => {
          if (wanted) bubble.show('failed');
          wanted = false;
        });
      }
      wanted = true;
      return wanted;
    },
    close() {
      if (wanted) {
        wanted = false;
        bubble.show('closed');
        hide();
      }
      return wanted;
    },
    toggle: () => (wanted ? panel.close() : panel.open()),
    refresh: (identified) => chat?.refresh(identified),
  };
  const bubble = createBubble({
    near: panel.near,
    press: panel.toggle,
    again: panel.open,
  });

  function load(): Promise<Chat> {
    loading ??= page
      .fetch()
      .then((module) => {
        chat = module.mount({
          ...page.port,
          root: bubble.root,
          closed: panel.close,
        });
        return chat;
      })
      .catch((error) => {
        loading = undefined;
        throw error;
      });
    return loading;
  }

  function show(loaded: Chat) {
    if (!wanted) return;
    bubble.show('open');
    loaded.open();
    page.changed('open');
  }

  function hide() {
    if (!chat) return;
    const inside = bubble.root.activeElement;
    chat.close();
    if (inside) bubble.focus();
    page.changed('close');
  }

  return panel;
}
