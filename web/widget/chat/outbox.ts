import { askedDelay } from './backoff.ts';
import type { Call, Result } from './calls.ts';
import { newClientId } from './environment.ts';
import type { Outgoing } from './state.ts';
import type { Store } from './store.ts';
import { readSent, type SendBody } from './wire.ts';

/** The longest text of one message, in Unicode characters. */
export const TEXT_LIMIT = 4000;

/** As often as the service may contradict itself about who may write, before the visitor has to ask. */
const DOUBTS = 3;

/** Where the service asks to wait but does not say how long. */
const RATE_WAIT_MS = 10_000;

export interface OutboxOwner {
  store: Store;
  call: Call;
  token(): string;
  /** The service will not have this visitor token any more; false when it is no use to get another. */
  renew(ended: string): boolean;
  /** A message has arrived, so an answer may be expected. */
  sent(): void;
  /** Whether it is known who the visitor is, under the token that a call would carry. Else `outbox.flush` is called then. */
  isSettled(): boolean;
  /** The customer who wrote is not known to be here, or nobody but customers may write: find out. */
  doubt(): void;
}

/** Messages on their way. Each has an id of ours, so that sending it twice is sending it once. */
export interface Outbox {
  isBusy(): boolean;
  /** Sends what is on its way. */
  flush(): Promise<void>;
  /** Takes what is typed; empty and overlong texts stay where they are. */
  send(): void;
  resend(): void;
  /** Sends again what was held up by one of `problems`. */
  resendAfter(...problems: NonNullable<Outgoing['problem']>[]): void;
  /** What was said by a customer who is not signed in any more is said by nobody in particular. */
  disown(): void;
  /** It waits until they are. */
  keep(): void;
}

export function createOutbox(owner: OutboxOwner): Outbox {
  const { store } = owner;
  let busy = false;
  let doubts = 0;

  /** What nobody in particular wrote is theirs to send once more. */
  function giveBack() {
    const own = store.state.value.outbox.filter(({ by }) => !by);
    for (const { clientId } of own) store.dispatch({ type: 'withdrawn', clientId });
    store.type([...own.map(({ text }) => text), store.input.value].filter(Boolean).join('\n'));
  }

  /** One at a time, in the order in which they were written. */
  async function flush() {
    if (busy) return;
    busy = true;
    for (;;) {
      const next = store.state.value.outbox.find((item) => !item.problem);
      if (!next || !owner.isSettled()) break;
      const { clientId, text, by } = next;
      const { visitor } = store.state.value;
      if (by && !(visitor.verified && visitor.email === by)) {
        store.dispatch({ type: 'doubted', clientId });
        owner.doubt();
        continue;
      }
      // The identity may lapse on the way; the service then refuses what is said in its name.
      const body: SendBody = { client_id: clientId, text, ...(by ? { verified: true } : {}) };
      const result = await owner.call('POST', 'messages', body);
      if (result.done) arrived(clientId, result);
      else failed(next, result);
    }
    busy = false;
  }

  function arrived(clientId: string, { body, token }: Extract<Result, { done: true }>) {
    doubts = 0;
    const sent = readSent(body);
    if (sent && token === owner.token()) {
      store.dispatch({ type: 'accepted', clientId, ...sent });
      owner.sent();
    } else {
      // It belongs to a visitor whom this browser no longer is, or whose messages are just being read anew.
      store.dispatch({ type: 'withdrawn', clientId });
    }
  }

  function failed({ clientId, by }: Outgoing, result: Extract<Result, { done: false }>) {
    const { problem } = result;
    if (problem === 'identification_required') {
      const again = ++doubts <= DOUBTS;
      if (again && by) store.dispatch({ type: 'doubted', clientId });
      else store.dispatch({ type: 'rejected', clientId, problem });
      if (again) owner.doubt();
      return;
    }
    const useful = problem !== 'ended' || owner.renew(result.token);
    if (problem !== 'ended' || !useful) store.dispatch({ type: 'rejected', clientId, problem });
    // Its conversation is over, but what was written for it must not be lost. A customer's is held for them.
    else if (!by) giveBack();
    if (problem === 'rate_limited') {
      setTimeout(resendAfter, askedDelay(result.retryAfter) || RATE_WAIT_MS, problem);
    }
  }

  function resend() {
    store.dispatch({ type: 'resent' });
    void flush();
  }

  function resendAfter(...problems: NonNullable<Outgoing['problem']>[]) {
    const held = store.state.value.outbox.some(
      ({ problem }) => problem && problems.includes(problem),
    );
    if (held) resend();
  }

  return {
    isBusy: () => busy,
    flush,
    send() {
      const text = store.input.value.trim();
      const { required, customer } = store.state.value;
      if (!text || [...text].length > TEXT_LIMIT || required) return;
      const by = store.typist.value || customer;
      store.type('');
      store.dispatch({ type: 'queued', clientId: newClientId(), text, by });
      // What failed before it goes first: nothing arrives in another order.
      resend();
    },
    resend,
    resendAfter,
    disown() {
      store.dispatch({ type: 'disowned' });
      void flush();
    },
    keep() {
      store.dispatch({ type: 'kept' });
      void flush();
    },
  };
}
