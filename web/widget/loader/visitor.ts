import type { Answer } from './call.ts';
import type { Identity } from './identity.ts';
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

/** Where what tokens say is remembered, as long as it can be; nothing comes of it where the code cannot be had now. */
export type Memory = <Given>(
  use: (own: Pick<Identity, 'recalls' | 'remember'>) => Given | Promise<Given>,
) => Promise<Given | undefined>;

/** The visitor of `store`; an ill-formed or missing token is replaced. */
export function createVisitor(store: Store, memory: Memory): Visitor {
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
    knows: async (jwt) => hasCache() && !!(await memory((own) => own.recalls(token, jwt))),
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
      void memory((own) => own.remember(token, jwt));
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

/** 192 bits of chance, in 57 digits or so; the service keeps its hash alone. */
function mint(): string {
  return crypto.getRandomValues(new BigUint64Array(3)).join('');
}
