import { askedDelay } from './backoff.ts';
import type { Call, Problem, Result } from './calls.ts';
import { newClientId } from './environment.ts';
import type { Store } from './store.ts';
import { readSent, type SendBody } from './wire.ts';

/** The longest text of one message, in Unicode characters. */
export const TEXT_LIMIT = 4000;

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
}

/** Messages on their way. Each has an id of ours, so that sending it twice is sending it once. */
export interface Outbox {
  isBusy(): boolean;
  /** Takes what is typed; empty and overlong texts stay where they are. */
  send(): void;
  resend(): void;
  /** Sends again what was held up by one of `problems`. */
  resendAfter(...problems: Problem[]): void;
}

export function createOutbox(owner: OutboxOwner): Outbox {
  const { store } = owner;
  let busy = false;

  const holds = (clientId: string) =>
    store.state.value.outbox.some((item) => item.clientId === clientId);

  /** One at a time, in the order in which they were written. */
  async function flush() {
    if (busy) return;
    busy = true;
    for (;;) {
      const next = store.state.value.outbox.find((item) => !item.problem);
      if (!next) break;
      const { clientId, text } = next;
      const body: SendBody = { client_id: clientId, text };
      const result = await owner.call('POST', 'messages', body);
      if (result.done) arrived(clientId, result);
      else failed(clientId, text, result);
    }
    busy = false;
  }

  function arrived(clientId: string, { body, token }: Extract<Result, { done: true }>) {
    const sent = readSent(body);
    if (sent && token === owner.token()) {
      store.dispatch({ type: 'accepted', clientId, ...sent });
      owner.sent();
    } else {
      // It belongs to a visitor whom this browser no longer is, or whose messages are just being read anew.
      store.dispatch({ type: 'withdrawn', clientId });
    }
  }

  function failed(clientId: string, text: string, result: Extract<Result, { done: false }>) {
    const { problem } = result;
    const useful = problem !== 'ended' || owner.renew(result.token);
    if (problem !== 'ended' || !useful) store.dispatch({ type: 'rejected', clientId, problem });
    // Its conversation is over, but what was written for it must not be lost.
    else if (!holds(clientId) && !store.input.value) store.input.value = text;
    if (problem === 'rate_limited') {
      setTimeout(resendAfter, askedDelay(result.retryAfter) || RATE_WAIT_MS, problem);
    }
  }

  function resend() {
    store.dispatch({ type: 'resent' });
    void flush();
  }

  function resendAfter(...problems: Problem[]) {
    const held = store.state.value.outbox.some(
      ({ problem }) => problem && problems.includes(problem),
    );
    if (held) resend();
  }

  return {
    isBusy: () => busy,
    send() {
      const text = store.input.value.trim();
      if (!text || [...text].length > TEXT_LIMIT) return;
      store.input.value = '';
      store.dispatch({ type: 'queued', clientId: newClientId(), text });
      // What failed before it goes first: nothing arrives in another order.
      resend();
    },
    resend,
    resendAfter,
  };
}
