import type { Chat, ChatModule, Port, SayModule } from '../port.ts';
import css from './bubble.css?inline';
import { make } from './make.ts';

/** The bubble in the corner of the shop and the panel that it opens, whether the panel's code is there yet or not. */
export interface Panel {
  /** Puts the bubble into the page, or back where the page has thrown it out. */
  attach(): void;
  /** Fetches the chat's code: it will probably be wanted. */
  near(): void;
  /** Each of the three tells whether it is wanted now. */
  open(): boolean;
  close(): boolean;
  toggle(): boolean;
  /** The visitor is another one; nothing to do before the chat is there. */
  follow(identified?: boolean): void;
}

/** What the panel needs of the page. */
export interface PanelPage {
  /** Fetches the chat's code and what it says. */
  both(): Promise<[ChatModule, SayModule]>;
  port: Omit<Port, 'root' | 'say' | 'closed'>;
  changed(event: 'open' | 'close'): void;
}

/** `label` names the bubble until the chat does; `look` is CSS, after the loader's own. */
export function createPanel(page: PanelPage, label: string, look: string): Panel {
  let wanted = false;
  let chat: Chat | undefined;
  let loading: Promise<Chat> | undefined;
  let returns = 0;

  const host = make('zipchat-widget', {
    id: 'zipchat-shadow-host',
    role: 'region',
    ariaLabel: 'Chat',
  });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css + look);
  root.adoptedStyleSheets = [sheet];

  const near = () => void load().catch(() => {});
  const open = () => {
    if (!wanted) {
      show('loading');
      load().then(opened, () => {
        show(wanted && 'failed');
        wanted = false;
      });
    }
    wanted = true;
    return true;
  };
  const close = () => {
    if (wanted) {
      wanted = false;
      show();
      hide();
    }
    return false;
  };
  const toggle = () => (wanted ? close() : open());

  // No form of the page can own what is in here: a button needs no type.
  const button = make('button', {
    id: 'widget-chat-button',
    ariaLabel: label,
    onpointerenter: near,
    onfocus: near,
    onclick: toggle,
  });
  const note = make('div', { role: 'alert', lang: 'en' });
  note.append(
    make('button', {
      className: 'note',
      onclick: open,
      textContent: 'The chat could not be loaded. Try again.',
    }),
  );

  /** What an open chat calls the button is the chat's to say. */
  function show(state?: 'loading' | 'open' | 'failed' | false) {
    Object.assign(button, { ariaExpanded: state === 'open', ariaBusy: state === 'loading' });
    if (state === 'failed') root.append(note);
    else note.remove();
  }

  function load(): Promise<Chat> {
    loading ??= page
      .both()
      .then(([code, say]) => {
        chat = code.mount({ ...page.port, root, say, closed: close });
        return chat;
      })
      .catch((error) => {
        loading = undefined;
        throw error;
      });
    return loading;
  }

  function opened(loaded: Chat) {
    if (!wanted) return;
    show('open');
    loaded.open();
    page.changed('open');
  }

  function hide() {
    if (!chat) return;
    const inside = root.activeElement;
    chat.close();
    if (inside) button.focus();
    page.changed('close');
  }

  root.append(button);
  show();
  return {
    near,
    open,
    close,
    toggle,
    attach() {
      // A page that throws it out each time it comes back is not fought without end.
      if (host.isConnected || returns > 9) return;
      returns++;
      setTimeout(() => returns--, 1000);
      document.body.append(host);
    },
    follow: (identified) => chat?.refresh(identified),
  };
}
