/** What the chat shows, and how it changes: a pure reducer. The text of a reply that is being written is a signal of its own. */

import type { Problem } from './calls.ts';
import type { Message, Thread, VisitorView } from './wire.ts';

/** A message of the visitor that the service has not confirmed. */
export interface Outgoing {
  clientId: string;
  text: string;
  /** The email of the customer who wrote it, as whom alone it is sent; empty for a visitor who was not signed in. */
  by: string;
  /**
   * Why it was not sent; null while it is on its way. `unconfirmed`: its customer is not known to be here any more.
   * `kept`: it waits for them.
   */
  problem: Problem | 'unconfirmed' | 'kept' | null;
}

export interface State {
  phase: 'loading' | 'ready' | 'failed';
  visitor: VisitorView;
  /** The email of the customer who is signed in, or was until a moment ago. */
  customer: string;
  /** An identity has lapsed: first the page gets time to identify anew, then the visitor is asked what to do. */
  confirming: 'no' | 'waiting' | 'asking';
  /** Only customers who are signed in may write, and this visitor is not. */
  required: boolean;
  /** The name of the person who answers in the assistant's place; empty where that is nobody. */
  operator: string;
  /** What the visitor is asked about itself; empty where that is nothing. */
  form: readonly string[];
  conversation: string | null;
  /** In the order of `seq`. */
  messages: readonly Message[];
  outbox: readonly Outgoing[];
  /** What a customer wrote under a visitor token that is another one now: nobody sees it until they are known again. */
  held: readonly Outgoing[];
  /** The answer that is awaited or written now; its id is not known before its first word. */
  reply: { id: string; phase: 'waiting' | 'writing' | 'failed' } | null;
  line: 'fine' | 'reconnecting' | 'offline';
}

export type Action =
  /** `left`: what was not sent is given up, and not held for its customer. */
  | { type: 'emptied'; left: boolean }
  /**
   * `known`: the messages that were here when the conversation was asked for. `replace`: the visitor token is another
   * one since the last time.
   */
  | { type: 'loaded'; thread: Thread; known: ReadonlySet<string>; replace: boolean }
  | { type: 'load_failed' }
  | { type: 'queued'; clientId: string; text: string; by: string }
  | { type: 'accepted'; clientId: string; conversation: string; message: Message }
  | { type: 'rejected'; clientId: string; problem: Problem }
  /** It is a customer's, and they are not known to be here. */
  | { type: 'doubted'; clientId: string }
  | { type: 'unconfirmed' }
  /** What the visitor answers then. */
  | { type: 'kept' }
  | { type: 'disowned' }
  | { type: 'resent' }
  | { type: 'withdrawn'; clientId: string }
  | { type: 'received'; message: Message }
  | { type: 'reply_written'; replyId: string }
  | { type: 'reply_failed'; replyId: string }
  | { type: 'reply_retried'; replyId: string }
  | { type: 'reply_given_up' }
  | { type: 'form_closed' }
  | { type: 'line'; line: State['line'] };

export const NOBODY: VisitorView = { verified: false, email: '', firstName: '', lastName: '' };

export const INITIAL: State = {
  phase: 'loading',
  visitor: NOBODY,
  customer: '',
  confirming: 'no',
  required: false,
  operator: '',
  form: [],
  conversation: null,
  messages: [],
  outbox: [],
  held: [],
  reply: null,
  line: 'fine',
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'emptied':
      return {
        ...INITIAL,
        line: state.line,
        held: action.left ? [] : [...state.held, ...state.outbox.filter(({ by }) => by)],
      };
    case 'loaded':
      return loaded(state, action);
    case 'load_failed':
      return state.phase === 'ready' ? state : { ...state, phase: 'failed' };
    case 'queued':
      return {
        ...state,
        outbox: [
          ...state.outbox,
          { clientId: action.clientId, text: action.text, by: action.by, problem: null },
        ],
      };
    case 'accepted':
      return accepted(state, action);
    case 'rejected':
      return rejected(state, action.clientId, action.problem);
    case 'doubted':
      return {
        ...rejected(state, action.clientId, 'unconfirmed'),
        confirming: state.confirming === 'no' ? 'waiting' : state.confirming,
      };
    case 'unconfirmed':
      return { ...state, confirming: 'asking', customer: '', held: [] };
    case 'kept':
      return { ...state, outbox: state.outbox.map(kept) };
    case 'disowned':
      return { ...state, outbox: state.outbox.map(disowned) };
    case 'resent':
      return { ...state, outbox: state.outbox.map((item) => again(item, state.visitor)) };
    case 'withdrawn':
      return {
        ...state,
        outbox: without(state.outbox, action.clientId),
        held: without(state.held, action.clientId),
      };
    case 'received':
      return received(state, action.message);
    case 'reply_written':
      return state.operator || hasMessage(state, action.replyId) || isWriting(state, action.replyId)
        ? state
        : { ...state, reply: { id: action.replyId, phase: 'writing' } };
    case 'reply_failed':
      return hasMessage(state, action.replyId)
        ? state
        : { ...state, reply: { id: action.replyId, phase: 'failed' } };
    case 'reply_retried':
      return state.reply?.id === action.replyId
        ? { ...state, reply: { id: '', phase: 'waiting' } }
        : state;
    case 'reply_given_up':
      return state.reply?.phase === 'waiting' ? { ...state, reply: null } : state;
    case 'form_closed':
      return { ...state, form: [] };
    case 'line':
      return state.line === action.line ? state : { ...state, line: action.line };
  }
}

/** Shows what the service says, and what came since it was asked. */
function loaded(
  state: State,
  { thread, known, replace }: Extract<Action, { type: 'loaded' }>,
): State {
  const { visitor } = thread;
  const late = state.messages.filter(({ id }) => !known.has(id));
  const conversation = thread.conversation ?? (late.length ? state.conversation : null);
  const lapsed = state.visitor.verified && !visitor.verified && !replace;
  const confirming = visitor.verified ? 'no' : lapsed ? 'waiting' : state.confirming;
  // What one customer wrote is not shown to the next; whoever is not signed in may be the same, and is asked.
  const theirs = ({ by }: Outgoing) => !by || !visitor.verified || by === visitor.email;
  return {
    ...state,
    phase: 'ready',
    visitor,
    customer: visitor.verified ? visitor.email : confirming === 'waiting' ? state.customer : '',
    confirming,
    required: thread.required,
    operator: thread.operator,
    form: thread.form,
    conversation,
    messages: merged(thread.messages, late),
    outbox: [...(visitor.verified ? state.held : []), ...state.outbox].filter(theirs),
    held: visitor.verified ? [] : state.held,
    reply:
      (!state.conversation || conversation === state.conversation) && !thread.operator
        ? replyAfter(state.reply, thread.messages)
        : null,
  };
}

function accepted(
  state: State,
  { clientId, conversation, message }: Extract<Action, { type: 'accepted' }>,
): State {
  const messages = merged(state.messages, [message]);
  const unanswered = messages.at(-1)?.author === 'visitor';
  return {
    ...state,
    conversation,
    messages,
    outbox: without(state.outbox, clientId),
    reply:
      unanswered && !state.operator && (!state.reply || state.reply.phase === 'failed')
        ? { id: '', phase: 'waiting' }
        : state.reply,
  };
}

/**
 * What was written later waits too, so that nothing arrives in another order; but a text that the service will never
 * take does not hold up the rest.
 */
function rejected(state: State, clientId: string, problem: Outgoing['problem']): State {
  let reached = false;
  const outbox = state.outbox.map((item) => {
    const own = item.clientId === clientId;
    reached ||= own;
    const waits = own || (reached && problem !== 'invalid' && item.problem !== 'kept');
    return waits ? { ...item, problem } : item;
  });
  return { ...state, outbox };
}

const again = (item: Outgoing, { verified, email }: VisitorView): Outgoing =>
  item.problem === 'invalid' || (item.problem === 'kept' && !(verified && item.by === email))
    ? item
    : { ...item, problem: null };

/** What waited only for its turn goes out. */
const kept = (item: Outgoing): Outgoing =>
  item.problem === 'unconfirmed' ? { ...item, problem: item.by ? 'kept' : null } : item;

const disowned = (item: Outgoing): Outgoing =>
  item.problem === 'unconfirmed' || item.problem === 'kept'
    ? { ...item, by: '', problem: null }
    : item;

/** The visitor's own message may come over the stream before the answer to its call. */
function received(state: State, message: Message): State {
  const own =
    message.author === 'visitor' && !hasMessage(state, message.id)
      ? state.outbox.find((item) => !item.problem && item.text === message.text)
      : undefined;
  return {
    ...state,
    messages: merged(state.messages, [message]),
    outbox: own ? without(state.outbox, own.clientId) : state.outbox,
    reply: replyAfter(state.reply, [message]),
  };
}

/** A reply has the id of the message that it becomes; an operator who takes over ends it. */
function replyAfter(reply: State['reply'], messages: readonly Message[]): State['reply'] {
  if (!reply) return null;
  const last = messages.at(-1);
  const answered = reply.phase === 'waiting' ? last && last.author !== 'visitor' : false;
  const over = messages.some(({ id }) => id === reply.id) || last?.author === 'operator';
  return answered || over ? null : reply;
}

function merged(old: readonly Message[], fresh: readonly Message[]): readonly Message[] {
  const byId = new Map([...old, ...fresh].map((message) => [message.id, message]));
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

const without = (outbox: readonly Outgoing[], clientId: string) =>
  outbox.filter((item) => item.clientId !== clientId);
const hasMessage = (state: State, id: string) => state.messages.some((known) => known.id === id);
const isWriting = (state: State, id: string) =>
  state.reply?.id === id && state.reply.phase === 'writing';

/** The text of a reply so far. `length` counts Unicode characters, as offsets do. */
export interface Draft {
  replyId: string;
  text: string;
  length: number;
}

/** The draft with `delta` in its place; null where something before it is missing. */
export function withDelta(
  draft: Draft | null,
  delta: { replyId: string; offset: number; text: string },
): Draft | null {
  const same = draft?.replyId === delta.replyId ? draft : { text: '', length: 0 };
  if (delta.offset > same.length) return null;
  const length = delta.offset + [...delta.text].length;
  const before =
    delta.offset === same.length ? same.text : [...same.text].slice(0, delta.offset).join('');
  return { replyId: delta.replyId, text: before + delta.text, length };
}

/** Whether a message is missing between those that are here. */
export function hasGap(messages: readonly Message[]): boolean {
  return messages.some((message, at) => at > 0 && message.seq > (messages[at - 1]?.seq ?? 0) + 1);
}
