import type { Port } from '../port.ts';
import { createCall, type Problem } from './calls.ts';
import { isOnline, watch } from './environment.ts';
import { createListener } from './listener.ts';
import { createOutbox } from './outbox.ts';
import type { Store } from './store.ts';
import { createStream } from './stream.ts';
import { readNewToken, readSummaries, readThread, type Summary, type Thread } from './wire.ts';

/** A reply has 30 s to its first word; after that nobody is kept waiting. */
const WAITING_MS = 35_000;
/** How long the line stays up for a panel that is closed or a page that is not looked at. */
const IDLE_MS = 300_000;
/** A line that comes back soon is not worth a word. */
const TROUBLE_MS = 3_000;
/** New visitor tokens in a row that the service refuses, before the chat gives up. */
const RENEWALS = 3;
/** Before looking again where the page is about to have another token. */
const RENEWAL_MS = 2_000;

/** What a visitor can do, and what the loader tells. All of it shows in the store. */
export interface Session {
  open(): void;
  close(): void;
  refresh(identified?: boolean): void;
  /** Asks for the conversation anew. */
  reload(): void;
  send(): void;
  resend(): void;
  withdraw(clientId: string): void;
  retryReply(replyId: string): void;
  /** Null once there is a new one; else why not. */
  startConversation(): Promise<Problem | null>;
  /** Null where they cannot be had now. */
  summaries(): Promise<Summary[] | null>;
  thread(id: string): Promise<Thread | null>;
}

export function createSession(port: Port, store: Store): Session {
  const { state, dispatch } = store;
  const call = createCall(port.base, port.token);
  let open = false;
  let token = port.token();
  /** The visitor token is another one since the last answer. */
  let stale = false;
  let loads = 0;
  let renewals = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let trouble: ReturnType<typeof setTimeout> | undefined;

  const listen = createListener({
    store,
    name: port.name,
    isOpen: () => open,
    lookAgain: () => void load(),
    reconnect,
    received: port.received,
  });
  const outbox = createOutbox({ store, call, token: port.token, renew, sent: waitForReply });
  const stream = createStream({
    url: `${port.base}/events`,
    token: port.token,
    connected(resumed) {
      clearTimeout(trouble);
      trouble = undefined;
      dispatch({ type: 'line', line: 'fine' });
      // What was said between the last answer and this moment is not told again.
      if (!resumed && (state.value.conversation || outbox.isBusy())) void load();
      outbox.resendAfter('network', 'unavailable');
    },
    received: listen,
    lost() {
      trouble ??= setTimeout(() => {
        if (stream.isConnected()) return;
        dispatch({ type: 'line', line: isOnline() ? 'reconnecting' : 'offline' });
      }, TROUBLE_MS);
    },
    refused: renew,
  });

  async function load() {
    const mine = ++loads;
    const result = await call('GET', 'conversation');
    if (mine !== loads || result.token !== port.token()) return;
    if (!result.done) {
      if (result.problem !== 'ended' || !renew(result.token)) dispatch({ type: 'load_failed' });
      return;
    }
    renewals = 0;
    const thread = readThread(result.body);
    dispatch({ type: 'loaded', thread, replace: stale });
    stale = false;
    port.verified(thread.visitor.verified);
  }

  /** The next token could be refused as well: this must come to an end. */
  function renew(ended: string): boolean {
    if (renewals >= RENEWALS) return false;
    port.renew(ended);
    if (port.token() === ended) setTimeout(() => open && start(), RENEWAL_MS);
    else renewals++;
    return true;
  }

  function start() {
    clearTimeout(idle);
    void load();
    stream.start();
  }

  function reconnect() {
    stream.stop();
    stream.start();
  }

  /** The line is kept for a while, so that an answer that comes late is counted on the bubble. */
  function rest() {
    clearTimeout(idle);
    idle = setTimeout(() => stream.stop(), IDLE_MS);
  }

  function waitForReply() {
    clearTimeout(patience);
    patience = setTimeout(() => dispatch({ type: 'reply_given_up' }), WAITING_MS);
  }

  watch({
    online() {
      // A line from before may be dead without knowing it.
      if (open) reconnect();
      if (state.value.phase === 'failed') void load();
      outbox.resendAfter('network', 'unavailable');
    },
    offline() {
      if (open) dispatch({ type: 'line', line: 'offline' });
    },
    seen() {
      if (!open) return;
      clearTimeout(idle);
      stream.start();
      stream.hurry();
    },
    unseen: rest,
    left: () => stream.stop(),
  });

  return {
    open() {
      open = true;
      store.unread.value = 0;
      store.news.value = '';
      clearTimeout(idle);
      if (stale || state.value.phase !== 'ready' || !stream.isConnected()) start();
    },
    close() {
      open = false;
      rest();
    },
    refresh(identified = false) {
      if (token !== port.token()) {
        token = port.token();
        stale = true;
        stream.stop(true);
        const { visitor, messages } = state.value;
        const known = visitor.verified || messages.some(({ verified }) => verified);
        if (known || !identified) {
          store.unread.value = 0;
          dispatch({ type: 'emptied' });
        }
      }
      if (open) start();
      outbox.resendAfter('identification_required');
    },
    reload() {
      renewals = 0;
      start();
    },
    send: outbox.send,
    resend: outbox.resend,
    withdraw: (clientId) => dispatch({ type: 'withdrawn', clientId }),
    async retryReply(replyId) {
      dispatch({ type: 'reply_retried', replyId });
      waitForReply();
      const result = await call('POST', `replies/${encodeURIComponent(replyId)}/retry`);
      if (result.done || (result.problem === 'ended' && renew(result.token))) return;
      dispatch({ type: 'reply_failed', replyId });
    },
    async startConversation() {
      // The service ends it together with the token; coming back with that would look like a loss.
      stream.stop();
      const result = await call('POST', 'new_conversation');
      const next = result.done ? readNewToken(result.body) : '';
      if (next) port.begin(next);
      if (next || (!result.done && result.problem === 'ended' && renew(result.token))) return null;
      stream.start();
      return result.done ? 'unavailable' : result.problem;
    },
    async summaries() {
      const result = await call('GET', 'conversations');
      return result.done ? readSummaries(result.body) : null;
    },
    async thread(id) {
      const result = await call('GET', `conversations/${encodeURIComponent(id)}`);
      return result.done ? readThread(result.body) : null;
    },
  };
}
