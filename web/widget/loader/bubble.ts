import css from './bubble.css?inline';

/** The button in the corner of the shop, and the shadow root that the chat is drawn into as well. */
export interface Bubble {
  readonly root: ShadowRoot;
  /** Puts it into the page, or back where the page has thrown it out. */
  attach(): void;
  show(state: 'closed' | 'loading' | 'open' | 'failed'): void;
  focus(): void;
}

/** What a visitor does with it. */
export interface BubbleIntents {
  /** A pointer or the focus is on it: the chat will probably be wanted. */
  near(): void;
  press(): void;
  again(): void;
}

export function createBubble(intents: BubbleIntents): Bubble {
  const host = dress(document.createElement('zipchat-widget'), {
    id: 'zipchat-shadow-host',
    role: 'region',
    'aria-label': 'Chat',
  });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  // No form of the page can own what is in here: a button needs no type.
  const button = dress(document.createElement('button'), { id: 'widget-chat-button' });
  button.onpointerenter = button.onfocus = intents.near;
  button.onclick = intents.press;

  const note = dress(document.createElement('div'), { class: 'note', role: 'alert' });
  const again = document.createElement('button');
  again.onclick = intents.again;
  again.append('Try again');
  note.append('The chat could not be loaded.', again);

  let returns = 0;
  const bubble: Bubble = {
    root,
    attach() {
      // A page that throws it out each time it comes back is not fought without end.
      if (host.isConnected || returns > 9) return;
      returns++;
      setTimeout(() => returns--, 1000);
      document.body.append(host);
    },
    show(state) {
      const open = state === 'open';
      dress(button, {
        'aria-label': open ? 'Close chat' : 'Open chat',
        'aria-expanded': open,
        'aria-busy': state === 'loading',
      });
      if (state === 'failed') root.append(note);
      else note.remove();
    },
    focus: () => button.focus(),
  };
  root.append(button);
  bubble.show('closed');
  return bubble;
}

function dress(element: HTMLElement, attributes: Record<string, unknown>): HTMLElement {
  for (const [name, value] of Object.entries(attributes))
    element.setAttribute(name, value as string);
  return element;
}
