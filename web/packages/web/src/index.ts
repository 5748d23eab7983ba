/** Zipchat in a page that is built with npm: the types of `window.Zipchat`, and its script when it is wanted. */

/** How `identify` went, at its first attempt. */
export interface Outcome {
  status: 'identified' | 'cached' | 'refused' | 'invalid' | 'not_ready' | 'network' | 'unavailable';
}

/** A message of the conversation, as the service spells it. */
export interface Message {
  id: string;
  seq: number;
  author: 'visitor' | 'assistant' | 'operator';
  author_name: string | null;
  text: string;
  sent_at: string;
  verified: boolean;
}

/** What `on` tells of each event. */
export interface ZipchatEvents {
  ready: undefined;
  open: undefined;
  close: undefined;
  identified: undefined;
  logout: undefined;
  message: Message;
}

/** A signed token for whoever is signed in to the shop, from its server; null for nobody. */
export type TokenProvider = () => string | null | Promise<string | null>;

/** What a page can do with the widget. Nothing of it throws. */
export interface Zipchat {
  identify(jwt: string): Promise<Outcome>;
  isReadyToIdentify(): boolean;
  /** It is asked whenever a token is needed, and before an identity lapses. Null takes it away. */
  setTokenProvider(provider: TokenProvider | null): void;
  logout(): Promise<{ status: 'logged_out' | 'network' | 'unavailable' }>;
  /** Each of the three tells whether the panel is wanted now. */
  open(): boolean;
  close(): boolean;
  toggle(): boolean;
  /** Returns what takes the handler away again. */
  on<Name extends keyof ZipchatEvents>(
    event: Name,
    handler: (detail: ZipchatEvents[Name]) => void,
  ): () => void;
}

/** Where the widget comes from. */
export interface ZipchatOptions {
  /** The service's address: `https://chat.shop.example`. */
  host: string;
  /** The chat's widget token, as in the install tag. */
  id: string;
  /** For pages whose policy lets scripts in by a nonce. */
  nonce?: string;
}

/** One try more than the first: most failures of a script are over in a second. */
const AGAIN_MS = 1000;

let loading: Promise<Zipchat | null> | undefined;

/**
 * The page's widget, whose script is put into the page unless it is there. All calls share one promise: a page has one
 * widget. Null on a server. Rejects where the script cannot be had, and may then be called again.
 */
export function loadZipchat(options: ZipchatOptions): Promise<Zipchat | null> {
  if (typeof document === 'undefined') return Promise.resolve(null);
  loading ??= load(options)
    .catch(() => new Promise((go) => setTimeout(go, AGAIN_MS)).then(() => load(options)))
    .catch((error) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

function load({ host, id, nonce }: ZipchatOptions): Promise<Zipchat> {
  return new Promise((done, fail) => {
    const there = () => (window as { Zipchat?: Zipchat }).Zipchat;
    const found = there();
    if (found?.identify) return done(found);
    // The tag of a theme, or of a tag manager, that is still on its way.
    let script = document.querySelector<HTMLScriptElement>('script[src*="/widget/zipchat.js"]');
    const own = !script;
    script ??= document.createElement('script');
    script.addEventListener('load', () => {
      const zipchat = there();
      if (zipchat) done(zipchat);
      else fail(Error('Zipchat: the script is there, but there is no chat with this id.'));
    });
    script.addEventListener('error', () => {
      script?.remove();
      fail(Error(`Zipchat: ${host} did not answer.`));
    });
    if (!own) return;
    script.crossOrigin = 'anonymous';
    if (nonce) script.nonce = nonce;
    script.src = `${host.replace(/\/+$/, '')}/widget/zipchat.js?id=${encodeURIComponent(id)}`;
    document.head.append(script);
  });
}

/** Whoever is signed in to the shop, as one page sees them come and go. */
export interface Customer {
  /** `customer` says who, in whatever way the shop tells people apart; null for nobody. */
  follow(customer: string | null, token: TokenProvider): void;
}

/** Has `zipchat` follow who is signed in. */
export function createCustomer(zipchat: Zipchat): Customer {
  let known: string | null = null;
  let left = false;
  return {
    follow(customer, token) {
      if (customer === known) return;
      if (known !== null) {
        zipchat.setTokenProvider(null);
        void zipchat.logout();
        left = true;
      }
      known = customer;
      if (customer === null) return;
      zipchat.setTokenProvider(token);
      // After a logout the widget does not ask by itself: this is the page's word that somebody is there again.
      if (!left) return;
      left = false;
      void Promise.resolve()
        .then(token)
        .then(async (jwt) => {
          if (jwt && customer === known) await zipchat.identify(jwt);
        })
        .catch(() => {});
    },
  };
}
