import type { Answer } from './call.ts';
import type { Store } from './storage.ts';

const TOKEN = 'visitor_token';
const CACHE = 'zipchat_identified_visitor_token';
const CLAIMS = 'zipchat_identified_claims';
const LAPSES = 'zipchat_identity_lapses_at';
const HOUR = 3_600_000;

/** This browser's visitor token, and what it remembers of a success of `identify`. Shared by all tabs of the shop. */
export interface Visitor {
  token(): string;
  /** Takes over what another tab stored; true when the token is another one now. */
  sync(): boolean;
  /** Whether this very visitor was identified within the hour, by a token that says what `jwt` says. */
  knows(jwt: string): Promise<boolean>;
  /** The service knows the customer; the headers of its answer tell the rest. */
  identified(jwt: string, header: Answer['header']): void;
  /** The next `identify` is sent, whatever was remembered of the last one. */
  doubt(): void;
  /** What was remembered of a success is no longer certain. */
  forget(): void;
  /** Goes on as another, unidentified visitor, with a minted token unless one is given. */
  become(token?: string): void;
  /** The same for a customer who leaves: until the next success nobody is asked to identify. */
  leave(): void;
  left(): boolean;
  /** When the identity ends, in milliseconds; 0 where that is not known. */
  lapsesAt(): number;
  /** What the service says; true when an identity that was there has lapsed. */
  lapsed(verified: boolean): boolean;
}

/**
 * The visitor of `store`; an ill-formed or missing token is replaced. `digest` gives what a token says in a form that
 * may be stored, or nothing where it cannot now.
 */
export function createVisitor(
  store: Store,
  digest: (secret: string, jwt: string) => Promise<string | undefined>,
): Visitor {
  let token = '';
  let known = false;
  let signedOut = false;
  let remembering: Promise<void> | undefined;

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
  const doubt = () => {
    store.remove(CACHE);
    store.remove(CLAIMS);
  };
  const forget = () => {
    known = false;
    doubt();
    store.remove(LAPSES);
  };
  const visitor: Visitor = {
    token: () => token,
    sync() {
      const stored = store.get(TOKEN);
      if (!isToken(stored) || stored === token) return false;
      token = stored;
      known = hasCache() || !!visitor.lapsesAt();
      // If the other tab's customer left, then this page must not be asked to sign them back in.
      signedOut = !known;
      return true;
    },
    async knows(jwt) {
      await remembering;
      if (!hasCache()) return false;
      const claims = await digest(token, jwt);
      return store.get(CLAIMS) === claims;
    },
    identified(jwt, header) {
      const fresh = header('Zipchat-Visitor-Token');
      const lasts = Number(header('Zipchat-Identity-Expires-In')) * 1000;
      if (isToken(fresh)) token = fresh;
      forget();
      known = true;
      signedOut = false;
      if (lasts > 0) store.set(LAPSES, `${Date.now() + lasts}`);
      store.set(CACHE, JSON.stringify({ value: token, expiration: Date.now() + HOUR }));
      // Overwritten, never removed first: no other tab may find it missing.
      store.set(TOKEN, token);
      const own = token;
      remembering = digest(own, jwt).then((claims) => {
        if (own === token && claims && known) store.set(CLAIMS, claims);
      });
    },
    doubt,
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
    lapsesAt: () => Number(store.get(LAPSES)) || 0,
    lapsed(verified) {
      const was = known || hasCache();
      if (!verified) forget();
      known = verified;
      return was && !verified;
    },
  };
  if (!visitor.sync()) visitor.become();
  // The page is about to be asked anyway.
  if (visitor.lapsesAt() && visitor.lapsesAt() < Date.now()) forget();
  // A page that is loaded anew knows whether somebody is signed in to the shop: it may be asked again.
  signedOut = false;
  return visitor;
}

function isToken(text: unknown): text is string {
  return /^[\w-]{20,64}$/.test(text as string);
}

/** 160 bits of chance; the service keeps its hash alone. */
function mint(): string {
  const parts = crypto.getRandomValues(new Uint32Array(5));
  return Array.from(parts, (part) => part.toString(36).padStart(7, '0')).join('');
}
