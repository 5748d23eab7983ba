/** `window.Zipchat`: the only file that touches the page's `window`, its storage and its console. */

import type { ChatModule, SayModule } from '../port.ts';
import { post } from './call.ts';
import { fetchCode } from './code.ts';
import { createIdentification, type Outcome } from './identify.ts';
import type { Identity, IdentityModule } from './identity.ts';
import { make } from './make.ts';
import { createPanel, type PanelPage } from './panel.ts';
import { createStore } from './storage.ts';
import { createVisitor } from './visitor.ts';

/** Put in by the service; null in the pinned script, whose address names the chat. */
declare const __ZIPCHAT_CONFIG__: Config | null;
/** The file names of code that is fetched when it is wanted, put in by the build. */
declare const __CHAT_CHUNK__: string;
declare const __IDENTITY_CHUNK__: string;

interface Config {
  id: string | null;
  /** The bubble's name, where the merchant has fixed the language. */
  label?: string;
  /** CSS: the merchant's colours, place and size. */
  look: string;
}

/** The bubble's name until the chat is there, where it is not simply "Chat". */
const LABELS: Record<string, string> = {
  en: 'Open chat',
  pl: 'Czat',
  tr: 'Sohbet',
  ar: 'دردشة',
  he: "צ'אט",
};

/** A PEM with a key in it; documentation that only shows its first line is let pass. */
const PRIVATE_KEY = /BEGIN [A-Z ]*PRIVATE KEY-----[^-]{99}/;

type EventName = 'ready' | 'open' | 'close' | 'identified' | 'logout' | 'message';

/** What a shop's page can do. Nothing here throws. */
export interface Zipchat {
  identify(jwt: unknown): Promise<Outcome>;
  isReadyToIdentify(): boolean;
  /**
   * `provider` returns a token, a promise of one, or null for nobody; it is asked whenever one is needed, and in time
   * before an identity lapses. Null takes it away.
   */
  setTokenProvider(provider: unknown): void;
  /** How the first attempt to tell the service went; the page is signed out in any case. */
  logout(): Promise<{ status: 'logged_out' | 'network' | 'unavailable' }>;
  /** Each of the three tells whether the panel is wanted now. */
  open(): boolean;
  close(): boolean;
  toggle(): boolean;
  /** Returns what takes the handler away again. */
  on(event: EventName, handler: (detail: unknown) => void): () => void;
}

declare global {
  interface Window {
    Zipchat?: Zipchat;
  }
}

function createZipchat(script: HTMLScriptElement) {
  const source = new URL(script.src);
  const config: Config = __ZIPCHAT_CONFIG__ ?? { id: source.searchParams.get('id'), look: '' };
  const base = `${source.origin}/widget/${config.id}`;
  /** The page's language first, then those that the browser asks for; the service knows which it speaks. */
  const tongues = `${[document.documentElement.lang, ...navigator.languages]}`;
  const events = new EventTarget();
  const tab = () => sessionStorage;
  const own = createStore(tab);
  const store = createStore(() => window.localStorage);
  const visitor = createVisitor(store, (use) => identity(use));
  let ready = false;
  let leaking = false;
  let provider: unknown;
  let fetching: Promise<Identity> | undefined;

  const emit = (event: EventName, detail?: unknown) =>
    events.dispatchEvent(new CustomEvent(event, { detail }));
  /** After a logout the page's answer would sign the customer straight back in. */
  const announce = () => {
    if (!visitor.left()) dispatchEvent(new Event('zipchat:ready-to-identify'));
  };
  const complain = (text: string) => console.error(text);
  /** A failed fetch may stay in the browser's memory under its address, hence the other one. */
  const fetched = (file: string, folder = `${source.origin}/widget/a`) => {
    const address = `${folder}/${file}`;
    return fetchCode(address).catch(() => fetchCode(`${address}?${Date.now()}`));
  };
  /** What `use` gives, or nothing where the code cannot be had now. */
  const identity = <Given>(
    use: (own: Identity) => Given | Promise<Given>,
  ): Promise<Given | undefined> => {
    fetching ??= fetched(__IDENTITY_CHUNK__).then((code: IdentityModule) =>
      code.createIdentity({
        base,
        visitor,
        store,
        isReady: () => ready && !identification.busy(),
        provider: () => provider,
        identify: zipchat.identify,
        tab,
        lapsed() {
          panel.follow();
          announce();
        },
        complain,
      }),
    );
    return fetching.then(use, () => {
      fetching = undefined;
      return undefined;
    });
  };
  const watch = () => {
    if (visitor.lapsesAt() || provider) identity((own) => own.watch());
  };
  const leaks = () => {
    if (!leaking && PRIVATE_KEY.test(document.documentElement.innerHTML)) {
      leaking = true;
      identity((own) => own.leaked());
    }
    return leaking;
  };
  const follow = () => {
    if (visitor.sync()) panel.follow();
    watch();
  };

  const identification = createIdentification({
    url: `${base}/identify`,
    visitor,
    follow,
    leaks,
    identified() {
      console.log('Customer identified successfully');
      watch();
      panel.follow(true);
      emit('identified');
    },
    failed: (details) => complain(`Error identifying customer: ${details}`),
  });
  const panelPage: PanelPage = {
    both: (): Promise<[ChatModule, SayModule]> =>
      Promise.all([fetched(__CHAT_CHUNK__), fetched(`words?for=${tongues}`, base)]),
    changed: emit,
    port: {
      base,
      token: visitor.token,
      left: visitor.left,
      tab,
      renew(ended) {
        // Where the answer to `identify` was lost, asking again with the ended token mends it.
        if (ended !== visitor.token() || identification.busy()) return;
        if (!visitor.sync()) {
          visitor.become();
          // A token of the second in which the merchant revoked would count as issued before.
          setTimeout(announce, 1000);
        }
        panel.follow();
      },
      startOver(token) {
        identification.stop();
        visitor.become(token);
        panel.follow();
        announce();
      },
      standing(verified) {
        if (visitor.lapsed(verified)) announce();
      },
      received: (message) => emit('message', message),
    },
  };
  const panel = createPanel(
    panelPage,
    config.label || LABELS[`${/\w\w/.exec(tongues)}`] || 'Chat',
    config.look,
  );

  /** Runs with each change of the body's children: single-page shops exchange them, or the body. */
  function settle() {
    if (!document.body) return;
    panel.attach();
    changes.observe(document.body, { childList: true });
    if (ready) return;
    ready = true;
    emit('ready');
    announce();
    watch();
    // The visitor waits for an answer since an earlier page.
    if (own.get('zipchat_waits')) panel.near();
    // When the page has settled, for pages that never identify anybody.
    setTimeout(leaks, 3_000);
  }

  async function endOnService(ended: string, retry: number) {
    const answer = await post(`${base}/logout`, {
      headers: { Authorization: `Bearer ${ended}` },
      // Most pages go elsewhere right after a logout.
      keepalive: true,
    });
    const wait = answer.delay(retry);
    if (wait) setTimeout(endOnService, wait, ended, retry + 1);
    return { status: !wait ? 'logged_out' : answer.status ? 'unavailable' : 'network' } as const;
  }

  const zipchat: Zipchat = {
    identify(jwt) {
      if (typeof jwt !== 'string' || !jwt.trim()) {
        complain('Zipchat.identify: JWT must be a non-empty string');
        return Promise.resolve({ status: 'invalid' });
      }
      if (!ready) {
        complain(
          'Zipchat.identify: Not ready to identify. Wait for "zipchat:ready-to-identify" event or check Zipchat.isReadyToIdentify()',
        );
        return Promise.resolve({ status: 'not_ready' });
      }
      follow();
      return identification.identify(jwt);
    },
    isReadyToIdentify: () => ready,
    setTokenProvider(given) {
      provider = given;
      watch();
    },
    logout() {
      visitor.sync();
      const ended = visitor.token();
      identification.stop();
      visitor.leave();
      own.remove('zipchat_draft');
      panel.follow();
      emit('logout');
      return endOnService(ended, 0);
    },
    open: () => (ready ? panel.open() : !!zipchat.on('ready', panel.open)),
    close: panel.close,
    toggle: panel.toggle,
    on(event, handler) {
      const listener = (told: globalThis.Event) => handler((told as CustomEvent).detail);
      events.addEventListener(event, listener);
      if (event === 'ready' && ready) setTimeout(handler);
      return () => events.removeEventListener(event, listener);
    },
  };

  window.Zipchat = zipchat;
  // The connection that loaded a script without `crossorigin` is not the one that `identify` uses.
  document.head?.append(make('link', { rel: 'preconnect', crossOrigin: '', href: source.origin }));
  addEventListener('storage', follow);
  addEventListener('pageshow', follow);
  addEventListener('online', identification.wake);
  const changes = new MutationObserver(settle);
  changes.observe(document.documentElement, { childList: true });
  settle();
}

const script = document.currentScript;
// An element of the page that is named `currentScript` would hide the real one and choose the
// service's address. A second copy, of the theme or a tag manager, leaves the first alone.
if (script instanceof HTMLScriptElement && !window.Zipchat?.identify) createZipchat(script);
