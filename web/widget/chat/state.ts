/** What the chat shows, and how it changes: a pure reducer. The text of a reply that is being written is a signal of its own. */

import type { Problem } from './calls.ts';
import type { Message, Thread, VisitorView } from './wire.ts';

/** A message of the visitor that the service has not confirmed. */
export interface Outgoing {
  clientId: string;
  text: string;
  /** Why it was not sent; null while it is on its way. */
  problem: Problem | null;
}

export interface State {
  phase: 'loading' | 'ready' | 'failed';
  visitor: VisitorView;
  conversation: string | null;
  /** In the order of `seq`. */
  messages: readonly Message[];
  outbox: readonly Outgoing[];
  /** The answer that is awaited or written now; its id is not known before its first word. */
  reply: { id: string; phase: 'waiting' | 'writing' | 'failed' } | null;
  line: 'fine' | 'reconnecting' | 'offline';
}

export type Action =
  | { type: 'emptied' }
  /** `replace`: the visitor token is another one since the last time. */
  | { type: 'loaded'; thread: Thread; replace: boolean }
  | { type: 'load_failed' }
  | { type: 'queued'; clientId: string; text: string }
  | { type: 'accepted'; clientId: string; conversation: string; message: Message }
  | { type: 'rejected'; clientId: string; problem: Problem }
  | { type: 'resent' }
  | { type: 'withdrawn'; clientId: string }
  | { type: 'received'; message: Message }
  | { type: 'reply_written'; replyId: string }
  | { type: 'reply_failed'; replyId: string }
  | { type: 'reply_retried'; replyId: string }
  | { type: 'reply_given_up' }
  | { type: 'line'; line: State['line'] };

export const NOBODY: VisitorView = { verified: false, email: '', firstName: '', lastName: '' };

export const INITIAL: State = {
  phase: 'loading',
  visitor: NOBODY,
  conversation: null,
  messages: [],
  outbox: [],
  reply: null,
  line: 'fine',
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'emptied':
      return { ...INITIAL, line: state.line };
    case 'loaded':
      return loaded(state, action.thread, action.replace);
    case 'load_failed':
      return state.phase === 'ready' ? state : { ...state, phase: 'failed' };
    case 'queued':
      return {
        ...state,
        outbox: [...state.outbox, { clientId: action.clientId, text: action.text, problem: null }],
      };
    case 'accepted':
      return accepted(state, action);
    case 'rejected':
      return rejected(state, action.clientId, action.problem);
    case 'resent':
      return { ...state, outbox: state.outbox.map(again) };
    case 'withdrawn':
      return { ...state, outbox: without(state.outbox, action.clientId) };
    case 'received':
      return received(state, action.message);
    case 'reply_written':
      return hasMessage(state, action.replyId) || isWriting(state, action.replyId)
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
    case 'line':
      return state.line === action.line ? state : { ...state, line: action.line };
  }
}

/** Without `replace` nothing that came over the stream meanwhile is lost to an older answer. */
function loaded(state: State, thread: Thread, replace: boolean): State {
  const { conversation } = thread;
  const same = conversation === state.conversation;
  const keep = !replace && (same || conversation === null || state.conversation === null);
  return {
    ...state,
    phase: 'ready',
    visitor: thread.visitor,
    conversation: keep ? (conversation ?? state.conversation) : conversation,
    messages: keep ? merged(state.messages, thread.messages) : thread.messages,
    reply: keep || same ? replyAfter(state.reply, thread.messages) : null,
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
      unanswered && (!state.reply || state.reply.phase === 'failed')
        ? { id: '', phase: 'waiting' }
        : state.reply,
  };
}

/**
 * What was written later waits too, so that nothing arrives in another order; but a text that the service will never
 * take does not hold up the rest.
 */
function rejected(state: State, clientId: string, problem: Problem): State {
  let reached = false;
  const outbox = state.outbox.map((item) => {
    const own = item.clientId === clientId;
    reached ||= own;
    return own || (reached && problem !== 'invalid') ? { ...item, problem } : item;
  });
  return { ...state, outbox };
}

const again = (item: Outgoing): Outgoing =>
  item.problem === 'invalid' ? item : { ...item, problem: null };

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
