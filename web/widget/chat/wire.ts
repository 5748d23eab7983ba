/** What the service says, read so that a member that is missing, new or odd never breaks the chat. */

export type Inline =
  | { t: 'text' | 'code'; text: string }
  | { t: 'b' | 'i'; c: Inline[] }
  | { t: 'a'; href: string; c: Inline[] }
  | { t: 'br' };

export type Block =
  | { t: 'p' | 'h'; c: Inline[] }
  | { t: 'ul'; items: Block[][] }
  | { t: 'ol'; start: number; items: Block[][] }
  | { t: 'code'; text: string }
  | { t: 'quote'; c: Block[] };

export type Author = 'visitor' | 'assistant' | 'operator';

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

type Members = Record<string, unknown>;

const members = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? (value as Members) : {};
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Null where it is not a message at all. */
export function readMessage(value: unknown): Message | null {
  const from = members(value);
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
  const from = members(value);
  const visitor = members(from.visitor);
  return {
    conversation: text(members(from.conversation).id) || null,
    visitor: {
      verified: visitor.verified === true,
      email: text(visitor.email),
      firstName: text(visitor.first_name),
      lastName: text(visitor.last_name),
    },
    messages: list(from.messages)
      .map(readMessage)
      .filter((message) => message !== null),
  };
}

export function readSummaries(value: unknown): Summary[] {
  return list(members(value).conversations)
    .map(members)
    .filter((from) => text(from.id))
    .map((from) => ({
      id: text(from.id),
      lastMessageAt: text(from.last_message_at),
      preview: text(from.preview),
      current: from.current === true,
    }));
}

export function readDelta(value: unknown): Delta | null {
  const from = members(value);
  const replyId = text(from.reply_id);
  return replyId ? { replyId, offset: Number(from.offset) || 0, text: text(from.text) } : null;
}

/** The `reply_id` of an event, or nothing. */
export function readReplyId(value: unknown): string {
  return text(members(value).reply_id);
}

/** The member of an answer that is a text, or nothing. */
export function readText(value: unknown, member: string): string {
  return text(members(value)[member]);
}

/** The code of `{"error": {"code", "message"}}`, or nothing. */
export function readErrorCode(value: unknown): string {
  return text(members(members(value).error).code);
}
