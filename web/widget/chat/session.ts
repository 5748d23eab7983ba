import { effect } from '@preact/signals';
import type { Filled, FormModule, FormOwner } from '../form/form.ts';
import { fetchCode } from '../loader/code.ts';
import type { Port } from '../port.ts';
import type { FormWords } from '../words/words.ts';
import { createCall, type Problem } from './calls.ts';
import { createDraft } from './draft.ts';
import { isOnline, watch } from './environment.ts';
import { createListener } from './listener.ts';
import { createOutbox } from './outbox.ts';
import type { Store } from './store.ts';
import { createStream } from './stream.ts';
import { keepUnsent } from './unsent.ts';
import { setWaiting } from './waiting.ts';
import {
  readNewToken,
  readSummaries,
  readThread,
  type Summary,
  type Thread,
  type VisitorView,
} from './wire.ts';
import { say, words } from './words.ts';

/** A reply has 30 s to its first word; after that nobody is kept waiting. */
const WAITING_MS = 35_000;
/** How long the line stays up for a panel that is closed or a page that is not looked at. */
const IDLE_MS = 300_000;
/** A line that comes back soon is not worth a word. */
const TROUBLE_MS = 3_000;
/** New visitor tokens in a row that the service refuses, before the chat gives up. */
const RENEWALS = 3;
/** How long a page may take to identify a customer whose identity has lapsed, before the customer is asked. */
const CONFIRM_MS = 10_000;
/** For another tab to store the token that took an ended one's place: to mint one then would undo theirs. */
const ADOPTION_MS = 500;
/** How often the service is told that the visitor types on. */
const TYPING_MS = 3_000;
/** A message is seen when it has been on the screen for a moment. */
const SEEN_MS = 500;
/** Before looking again where the page is about to have another token. */
const RENEWAL_MS = 2_000;

/** What a visitor can do, and what the loader tells. All of it shows in the store. */
export interface Session {
  /** Listens before it is opened, so that what comes is counted on the bubble. */
  follow(): void;
  open(): void;
  close(): void;
  refresh(identified?: boolean): void;
  /** Asks for the conversation anew. */
  reload(): void;
  send(): void;
  /** The visitor types. */
  types(): void;
  /** Draws the form that asks the visitor who they are. */
  ask(box: HTMLElement, wanted: Pick<FormOwner, 'fields' | 'first'>): void;
  resend(): void;
  withdraw(clientId: string): void;
  /** What a customer wrote who is not signed in any more: sent without a name, or kept for them. */
  disown(): void;
  keep(): void;
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
  /** The visitor token changes by the visitor's own wish. */
  let beginning = false;
  let loads = 0;
  let loading = false;
  /** What a customer was typing under a visitor token that is another one now. */
  let begun: { text: string; by: string } | null = null;
  let renewals = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let trouble: ReturnType<typeof setTimeout> | undefined;
  let confirmation: ReturnType<typeof setTimeout> | undefined;
  let sight: ReturnType<typeof setTimeout> | undefined;
  /** The number of the last message that the service knows to be seen. */
  let seen = 0;
  let typedAt = 0;
  let renewal: ReturnType<typeof setTimeout> | undefined;

  const listen = createListener({
    store,
    name: say.name,
    isOpen: () => open,
    see,
    lookAgain: () => void load(),
    reconnect,
    received: port.received,
  });
  const outbox = createOutbox({
    store,
    call,
    token: port.token,
    renew,
    sent: waitForReply,
    isSettled() {
      const settled = token === port.token() && !stale && state.value.phase !== 'loading';
      if (!settled && !loading) void load();
      return settled;
    },
    doubt() {
      awaitCustomer();
      void load();
    },
  });
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

  const draft = createDraft(
    port,
    store,
    () => token === port.token() && !stale && state.value.phase === 'ready',
  );

  async function load() {
    const mine = ++loads;
    const known = new Set(state.value.messages.map(({ id }) => id));
    loading = true;
    const result = await call('GET', 'conversation');
    if (mine !== loads) return;
    loading = false;
    if (result.token !== port.token()) return;
    if (!result.done) {
      if (result.problem !== 'ended' || !renew(result.token)) failed(result.problem);
      return;
    }
    renewals = 0;
    const thread = readThread(result.body);
    const { required } = state.value;
    const replace = stale;
    stale = false;
    dispatch({ type: 'loaded', thread, known, replace });
    if (thread.required !== required) {
      store.news.value = required ? words.mayWrite : words.signInFirst;
    }
    seen = Math.max(replace ? 0 : seen, thread.readSeq);
    if (!open) store.unread.value = unseen().length;
    see();
    settle(thread.visitor);
    port.standing(thread.visitor.verified);
  }

  keepUnsent(port, store);

  const unseen = () =>
    state.value.messages.filter(({ author, seq }) => author !== 'visitor' && seq > seen);

  /** What the visitor looks at is not new to them on any other page or device. */
  function see() {
    const last = unseen().at(-1)?.seq;
    clearTimeout(sight);
    if (!last || !open || document.hidden) return;
    sight = setTimeout(() => {
      seen = last;
      void call('POST', 'read', { seq: last });
    }, SEEN_MS);
  }

  effect(() => {
    const { phase, operator, messages, outbox: unsent } = state.value;
    const waits =
      operator || unsent.length || store.unread.value || messages.at(-1)?.author === 'visitor';
    if (phase === 'ready' || unsent.length) setWaiting(port, !!waits);
  });

  function failed(problem: Problem) {
    dispatch({ type: 'load_failed' });
    // It is not known as whom they would be sent.
    const next = state.value.outbox.find((item) => !item.problem);
    if (next) dispatch({ type: 'rejected', clientId: next.clientId, problem });
  }

  /** It is known again who the visitor is: their own texts come back, and go out. */
  function settle({ verified, email }: VisitorView) {
    if (!verified) {
      awaitCustomer();
      if (!state.value.required) outbox.resendAfter('identification_required');
      void outbox.flush();
      return;
    }
    clearTimeout(confirmation);
    confirmation = undefined;
    if (store.typist.value && store.typist.value !== email) store.type('');
    if (begun?.by === email && !store.input.value) store.type(begun.text);
    begun = null;
    // From here on it is the customer who goes on with what was typed.
    store.type(store.input.value);
    outbox.resendAfter('unconfirmed', 'kept', 'identification_required');
    void outbox.flush();
  }

  /** The page is given time to identify anew; then whoever is here is asked. */
  function awaitCustomer() {
    const { confirming, held, outbox: unsent } = state.value;
    const asked = unsent.some(({ problem }) => problem === 'unconfirmed');
    if (confirming !== 'waiting' && !held.length && !begun) return;
    if (asked && confirming === 'waiting') store.news.value = words.confirming;
    confirmation ??= setTimeout(() => {
      confirmation = undefined;
      begun = null;
      dispatch({ type: 'unconfirmed' });
      const waits = state.value.outbox.some(({ problem }) => problem === 'unconfirmed');
      if (waits && !state.value.required) store.news.value = words.unconfirmed;
    }, CONFIRM_MS);
  }

  /** Another visitor token, and perhaps another person: a customer's text is kept from everybody else's eyes. */
  function conceal() {
    const { value } = store.typist;
    if (port.left()) begun = null;
    else if (value) begun = { text: store.input.value, by: value };
    if (value || port.left()) store.type('');
  }

  /** The next token could be refused as well: this must come to an end. */
  function renew(ended: string): boolean {
    if (renewals >= RENEWALS) return false;
    stale = true;
    clearTimeout(renewal);
    renewal = setTimeout(() => {
      if (port.token() !== ended) return;
      port.renew(ended);
      if (port.token() === ended) setTimeout(() => open && start(), RENEWAL_MS);
      else renewals++;
    }, ADOPTION_MS);
    return true;
  }

  async function introduce(filled: Filled): Promise<Problem | null> {
    const result = await call('POST', 'lead', filled);
    if (result.done) dispatch({ type: 'form_closed' });
    if (result.done || (result.problem === 'ended' && renew(result.token))) return null;
    return result.problem;
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
      // Another tab may have shown it meanwhile.
      if (!open && store.unread.value) void load();
      if (!open) return;
      see();
      clearTimeout(idle);
      stream.start();
      stream.hurry();
    },
    unseen: rest,
    left() {
      stream.stop();
      clearTimeout(sight);
    },
  });

  return {
    follow() {
      start();
      rest();
    },
    open() {
      open = true;
      store.unread.value = 0;
      see();
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
        if (!beginning) conceal();
        draft.changed(identified);
        if (known || !identified) {
          store.unread.value = 0;
          store.news.value = '';
          store.writing.value = '';
          dispatch({ type: 'emptied', left: port.left() || beginning });
        }
      }
      const { outbox: unsent, held } = state.value;
      if (open) start();
      else if (unsent.length || held.length || begun) void load();
    },
    reload() {
      renewals = 0;
      start();
    },
    send: outbox.send,
    types() {
      // Nobody looks on but a person who answers.
      if (!state.value.operator || Date.now() - typedAt < TYPING_MS) return;
      typedAt = Date.now();
      void call('POST', 'typing');
    },
    ask(box, wanted) {
      const later = () => dispatch({ type: 'form_closed' });
      const { tab, token } = port;
      const address = `${port.base}/words?for=${say.language}&part=form`;
      Promise.all([import('../form/form.ts'), fetchCode(address)]).then(
        ([form, { default: words }]: [FormModule, { default: FormWords }]) =>
          port.root.contains(box) &&
          form.draw(box, { ...wanted, words, tab, token, later, submit: introduce }),
        // Nobody is kept from writing by a form that does not come.
        later,
      );
    },
    resend: outbox.resend,
    withdraw: (clientId) => dispatch({ type: 'withdrawn', clientId }),
    disown: outbox.disown,
    keep: outbox.keep,
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
      if (next) {
        // The page is only asked for the customer again who is sitting here.
        beginning = true;
        port.startOver(next);
        beginning = false;
      }
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
