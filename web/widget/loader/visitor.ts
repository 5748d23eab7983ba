import { fingerprint } from './fingerprint.ts';
import type { Store } from './storage.ts';

const TOKEN = 'visitor_token';
const CACHE = 'zipchat_identified_visitor_token';
const CLAIMS = 'zipchat_identified_claims';
const HOUR = 3_600_000;

/** This browser's visitor token, and what it remembers of a success of `identify`. Shared by all tabs of the shop. */
export interface Visitor {
  token(): string;
  /** Takes over what another tab stored; true when the token is another one now. */
  sync(): boolean;
  /** Whether this very visitor was identified within the hour, by a token that says what `jwt` says. */
  knows(jwt: string): Promise<boolean>;
  /** The service knows the customer, and answered with `token` where the visitor got another one. */
  identified(jwt: string, token: string | null): Promise<void>;
  /** What was remembered of a success is no longer certain. */
  forget(): void;
  /** Goes on as another, unidentified visitor, with a minted token unless one is given. */
  become(token?: string): void;
  /** The same for a customer who leaves: until the next success nobody is asked to identify. */
  leave(): void;
  left(): boolean;
  /** What the service says; true when an identity that was there has lapsed. */
  lapsed(verified: boolean): boolean;
}

/** The visitor of `store`; an ill-formed or missing token is replaced. */
export function createVisitor(store: Store): Visitor {
  let token = '';
  let known = false;
  let signedOut = false;

  const hasCache = () => {
    try {
      const { value, expiration } = JSON.parse(store.get(CACHE) as string);
      const left = expiration - Date.now();
      // A clock that was set back, or a far future, must not silence identification for ever.
      return value === token && left > 0 && left <= HOUR + 60_000;
    } catch {
      return false;
    }
  };
  const forget = () => {
    known = false;
    store.remove(CACHE);
    store.remove(CLAIMS);
  };
  const visitor: Visitor = {
    token: () => token,
    sync() {
      const stored = store.get(TOKEN);
      if (!isToken(stored) || stored === token) return false;
      token = stored;
      known = hasCache();
      // If the other tab's customer left, then this page must not be asked to sign them back in.
      signedOut = !known;
      return true;
    },
    knows: async (jwt) => hasCache() && store.get(CLAIMS) === (await fingerprint(token, jwt)),
    async identified(jwt, fresh) {
      if (isToken(fresh)) token = fresh;
      known = true;
      signedOut = false;
      store.set(CACHE, JSON.stringify({ value: token, expiration: Date.now() + HOUR }));
      // Overwritten, never removed first: no other tab may find it missing.
      store.set(TOKEN, token);
      const own = token;
      const claims = await fingerprint(own, jwt);
      if (own === token) store.set(CLAIMS, claims);
    },
    forget,
    become(next = mint()) {
      forget();
      token = next;
      store.set(TOKEN, token);
    },
    leave() {
      signedOut = true;
      visitor.become();
    },
    left: () => signedOut,
    lapsed(verified) {
      const was = known || hasCache();
      if (!verified) forget();
      known = verified;
      return was && !verified;
    },
  };
  if (!visitor.sync()) visitor.become();
  // A page that is loaded anew knows whether somebody is signed in to the shop: it may be asked again.
  signedOut = false;
  return visitor;
}

function isToken(text: unknown): text is string {
  return /^[\w-]{20,64}$/.test(text as string);
}

/** 48 bits of time, so that the service's rows lie in order, and 144 of chance. */
function mint(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  for (let at = 5, time = Date.now(); at >= 0; at--, time = Math.floor(time / 256))
    bytes[at] = time;
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_');
}
