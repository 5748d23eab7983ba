/** What only pages with signed-in customers need; fetched when it is first wanted. It draws nothing. */

import { fingerprint } from './fingerprint.ts';
import type { Outcome } from './identify.ts';
import type { Store } from './storage.ts';
import type { Visitor } from './visitor.ts';

/** The page's own function: a token for whoever is signed in to the shop, or null for nobody. */
type Provider = () => unknown;

/** What identity needs of the page. */
export interface IdentityPage {
  /** `https://HOST/widget/WIDGET_TOKEN`. */
  base: string;
  visitor: Visitor;
  /** The browser's, shared by all tabs of the shop. */
  store: Pick<Store, 'get' | 'set'>;
  /** Whether a token could be sent now. */
  isReady(): boolean;
  /** What the page gave last; nothing says that it is a function. */
  provider(): unknown;
  identify(jwt: string): Promise<Outcome>;
  /** What the browser keeps for this tab alone; throws where that is blocked. */
  tab(): Storage;
  /** The identity has lapsed: ask the page to identify, and the service who the visitor is. */
  lapsed(): void;
  complain(text: string): void;
}

/** How long a customer stays known, and where the next token comes from. */
export interface Identity {
  /** Whether what was remembered last of the visitor `token` is what `jwt` says. */
  recalls(token: string, jwt: string): Promise<boolean>;
  /** Remembers what `jwt` says, in a form that may be stored. */
  remember(token: string, jwt: string): Promise<void>;
  /** Looks at the clock, and goes on doing so for as long as there is something to wait for. */
  watch(): void;
  /** Tells the developer and the merchant, once a page. */
  leaked(): void;
}

/** The module's exports. */
export interface IdentityModule {
  createIdentity(page: IdentityPage): Identity;
}

/** The loader forgets it, too. */
const CLAIMS = 'zipchat_identified_claims';
const DRAFT = 'zipchat_draft';
/** An identity lasts a day at most; what is further away is of a clock that was set back. */
const LONGEST_MS = 90_000_000;
/** A clock that stood still while the computer slept is noticed within this time. */
const LOOK_MS = 60_000;
/** A provider is asked this long before the lapse, and a random time more, so that tabs come one after another. */
const EARLY_MS = 75_000;
const SPREAD_MS = 45_000;
/** A provider that has not answered by then will not. */
const HANG_MS = 15_000;
const SETTLE_MS = 500;
const RETRY_MS = 30_000;
const MOST_RETRY_MS = 600_000;

export function createIdentity(page: IdentityPage): Identity {
  const { visitor } = page;
  const early = EARLY_MS + Math.random() * SPREAD_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let provider: unknown;
  /** The page itself has identified since it was last asked to. */
  let served = false;
  /** The page should identify, and its provider has not been asked yet. */
  let wanted = false;
  let asking = false;
  let failures = 0;
  let notBefore = 0;
  let lapsesAt = 0;
  let renewsAt = 0;
  /** The lapse that no token was given to put off. */
  let accepted = 0;
  let remembering: Promise<void> | undefined;

  /** Takes over another provider; false where there is none. */
  function provides(): boolean {
    const given = page.provider();
    if (given !== provider) {
      provider = given;
      wanted ||= !served;
      failures = notBefore = accepted = 0;
      if (given && typeof given !== 'function') {
        page.complain('Zipchat.setTokenProvider: The provider must be a function, or null.');
      }
    }
    return typeof provider === 'function';
  }

  /** What a stranger typed in the chat is the first customer's who signs in, and no other's. */
  function claim() {
    try {
      const tab = page.tab();
      const draft = tab.getItem(DRAFT);
      if (!draft || draft.startsWith(`${visitor.token()} `)) return;
      if (!draft.startsWith(' ')) tab.removeItem(DRAFT);
      else if (visitor.lapsesAt()) tab.setItem(DRAFT, visitor.token() + draft);
    } catch {
      // What cannot be reached was not kept either.
    }
  }

  function watch() {
    clearTimeout(timer);
    claim();
    const now = Date.now();
    const provided = provides();
    // Another tab that notices the lapse first has removed it from the storage.
    const at = visitor.lapsesAt() || lapsesAt;
    if (at !== lapsesAt) {
      lapsesAt = at;
      renewsAt = Math.max((now + at) / 2, at - early);
    }
    if (lapsesAt && (lapsesAt <= now || lapsesAt > now + LONGEST_MS)) {
      lapsesAt = 0;
      if (visitor.lapsed(false)) return page.lapsed();
    }
    const renews = provided && lapsesAt && lapsesAt !== accepted ? renewsAt : Infinity;
    let next = Math.min(lapsesAt || Infinity, renews);
    if (provided && (wanted || renews <= now) && !asking && page.isReady() && !visitor.left()) {
      if (notBefore <= now) void ask(provider as Provider);
      else next = notBefore;
    }
    if (asking) next = lapsesAt || Infinity;
    if (next < Infinity) timer = setTimeout(watch, Math.min(Math.max(next - now, 0), LOOK_MS));
  }

  async function ask(own: Provider) {
    const lapse = lapsesAt;
    const called = wanted;
    wanted = false;
    asking = true;
    let failed = false;
    const turn = async () => {
      // Another tab may have done it meanwhile; what it stored can come later than its turn ends.
      if (!called) await new Promise((go) => setTimeout(go, SETTLE_MS));
      if (!called && visitor.lapsesAt() !== lapse) return;
      try {
        failed = await identifyWith(own);
      } catch (error) {
        failed = true;
        page.complain(`Zipchat.setTokenProvider: no token could be had. ${error}`);
      }
    };
    await (called ? turn() : oneTabAtATime(turn));
    asking = false;
    if (own === page.provider()) {
      failures = failed ? failures + 1 : 0;
      const wait = Math.min(RETRY_MS * 2 ** (failures - 1), MOST_RETRY_MS);
      notBefore = failed ? Date.now() + wait * (1 + Math.random() / 4) : 0;
      wanted ||= failed && called;
      if (!failed && !called && visitor.lapsesAt() === lapse) accepted = lapse;
    }
    watch();
  }

  /** True where it should be tried again. */
  async function identifyWith(own: Provider): Promise<boolean> {
    const token = await answerOf(own);
    if (own !== page.provider() || visitor.left() || token === null || token === undefined)
      return false;
    if (typeof token !== 'string' || !token.trim()) {
      throw TypeError('The provider must return a token, or null where nobody is signed in.');
    }
    // A page that was loaded shortly before the lapse puts it off at once.
    if (lapsesAt && Math.min(renewsAt, lapsesAt - early) <= Date.now()) visitor.doubt();
    const { status } = await page.identify(token);
    return status === 'network' || status === 'unavailable';
  }

  // A page that identifies by itself needs no provider for that.
  const print = (token: string, jwt: string) => {
    served = true;
    claim();
    return fingerprint(token, jwt);
  };

  for (const event of ['pageshow', 'visibilitychange', 'focus', 'online', 'storage']) {
    window.addEventListener(event, watch);
  }
  window.addEventListener('zipchat:ready-to-identify', () => {
    wanted = true;
    served = false;
    notBefore = 0;
    watch();
  });

  return {
    async recalls(token, jwt) {
      await remembering;
      return page.store.get(CLAIMS) === (await print(token, jwt));
    },
    remember(token, jwt) {
      remembering = print(token, jwt).then((claims) => {
        if (token === visitor.token()) page.store.set(CLAIMS, claims);
      });
      return remembering;
    },
    watch,
    leaked() {
      page.complain(
        'Zipchat: this page contains a private key. Everybody who opens the page can read it and be any of your customers. Nobody is identified from here. Remove the key, revoke it in the dashboard, and sign tokens on your server.',
      );
      const address = `${location.origin}${location.pathname}`.slice(0, 500);
      const body = JSON.stringify({ kind: 'private_key_in_page', page: address });
      fetch(`${page.base}/reports`, { method: 'POST', body, keepalive: true }).catch(() => {});
    },
  };
}

/** What a provider answers; it may throw, hang, or not even be asynchronous. */
function answerOf(provider: Provider): Promise<unknown> {
  return new Promise((answer, fail) => {
    const timer = setTimeout(() => fail(Error('The provider did not answer.')), HANG_MS);
    const settled = () => clearTimeout(timer);
    new Promise((go) => go(provider())).then(answer, fail).finally(settled);
  });
}

/** Where browsers have no locks, on plain-http pages, chance keeps tabs apart. */
async function oneTabAtATime(turn: () => Promise<void>): Promise<void> {
  let had = false;
  const once = () => {
    had = true;
    return turn();
  };
  await navigator.locks?.request('zipchat-token', once).catch(() => {});
  if (!had) await turn();
}
