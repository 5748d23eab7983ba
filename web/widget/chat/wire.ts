/** What the service says, read so that a member that is missing, new or odd never breaks the chat. */

import type {
  AuthorView as Author,
  Block,
  ConversationItem,
  ConversationRef,
  Conversations,
  ErrorBody,
  ErrorDetail,
  LeadForm,
  MessageView,
  NewToken,
  ReplyDelta,
  ReplyFailed,
  SentView,
  ThreadView,
  Typing,
  VisitorView as WireVisitor,
} from '../../api/types.ts';

export type { Inline, SendBody } from '../../api/types.ts';
export type { Author, Block };

export interface Message {
  id: string;
  seq: number;
  author: Author;
  authorName: string;
  text: string;
  content: Block[];
  sentAt: string;
  verified: boolean;
}

export interface VisitorView {
  verified: boolean;
  email: string;
  firstName: string;
  lastName: string;
}

/** A conversation as one call tells it. */
export interface Thread {
  conversation: string | null;
  visitor: VisitorView;
  /** Only customers who are signed in may write, and this visitor is not. */
  required: boolean;
  /** The name of the person who answers in the assistant's place; empty where that is nobody. */
  operator: string;
  /** What the visitor is asked about itself; empty where that is nothing. */
  form: string[];
  /** The number of the last message that the visitor has seen. */
  readSeq: number;
  messages: Message[];
}

/** A line of the list of conversations. */
export interface Summary {
  id: string;
  lastMessageAt: string;
  preview: string;
  current: boolean;
}

/** More characters of a reply, counted in Unicode characters. */
export interface Delta {
  replyId: string;
  offset: number;
  text: string;
}

/** The members that `Described` has, each with any value or none. */
type Members<Described> = { readonly [Name in keyof Described]?: unknown };

const members = <Described>(value: unknown): Members<Described> =>
  typeof value === 'object' && value !== null ? value : {};
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Null where it is not a message at all. */
export function readMessage(value: unknown): Message | null {
  const from = members<MessageView>(value);
  const id = text(from.id);
  if (!id) return null;
  return {
    id,
    seq: Number(from.seq) || 0,
    author: from.author === 'visitor' || from.author === 'operator' ? from.author : 'assistant',
    authorName: text(from.author_name),
    text: text(from.text),
    content: list(from.content) as Block[],
    sentAt: text(from.sent_at),
    verified: from.verified === true,
  };
}

export function readThread(value: unknown): Thread {
  const from = members<ThreadView>(value);
  const visitor = members<WireVisitor>(from.visitor);
  return {
    conversation: text(members<ConversationRef>(from.conversation).id) || null,
    visitor: {
      verified: visitor.verified === true,
      email: text(visitor.email),
      firstName: text(visitor.first_name),
      lastName: text(visitor.last_name),
    },
    required: from.identification_required === true,
    operator: text(from.operator),
    form: list(members<LeadForm>(from.lead_form).fields).map(text),
    readSeq: Number(from.read_seq) || 0,
    messages: list(from.messages)
      .map(readMessage)
      .filter((message) => message !== null),
  };
}

export function readSummaries(value: unknown): Summary[] {
  return list(members<Conversations>(value).conversations)
    .map(members<ConversationItem>)
    .filter((from) => text(from.id))
    .map((from) => ({
      id: text(from.id),
      lastMessageAt: text(from.last_message_at),
      preview: text(from.preview),
      current: from.current === true,
    }));
}

export function readDelta(value: unknown): Delta | null {
  const from = members<ReplyDelta>(value);
  const replyId = text(from.reply_id);
  return replyId ? { replyId, offset: Number(from.offset) || 0, text: text(from.text) } : null;
}

/** The name of whoever is typing. */
export function readTypist(value: unknown): string {
  return text(members<Typing>(value).author_name);
}

/** The `reply_id` of an event, or nothing. */
export function readReplyId(value: unknown): string {
  return text(members<ReplyFailed>(value).reply_id);
}

/** The visitor's new token, or nothing. */
export function readNewToken(value: unknown): string {
  return text(members<NewToken>(value).visitor_token);
}

/** A message that was kept, and its conversation; null where it is not a message at all. */
export function readSent(value: unknown): { conversation: string; message: Message } | null {
  const from = members<SentView>(value);
  const message = readMessage(from.message);
  return message && { conversation: text(from.conversation_id), message };
}

/** The code of `{"error": {"code", "message"}}`, or nothing. */
export function readErrorCode(value: unknown): string {
  return text(members<ErrorDetail>(members<ErrorBody>(value).error).code);
}
