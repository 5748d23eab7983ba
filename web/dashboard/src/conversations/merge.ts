/** Joining what is on the screen with what a poll brought, so that only what changed is drawn. */

import type {
  Conversation,
  ConversationSummary,
  ConversationsPage,
  Message,
} from '../../../api/dashboard';

/** The conversations read so far, newest first. */
export interface ConversationList {
  conversations: ConversationSummary[];
  total: number;
  /** How many pages were read; the next one is this plus one. */
  pages: number;
  /** In how many conversations of the chat a person is asked for. */
  needsPerson: number;
}

/** `page` joined to `list`: a poll's first page, or a further one that was asked for. */
export function mergePage(
  list: ConversationList | undefined,
  page: ConversationsPage,
): ConversationList {
  const { page: number, total } = page.meta;
  const held = list?.conversations ?? [];
  const fresh = page.conversations.map((came) => same(held, came));
  const ids = new Set(fresh.map(({ id }) => id));
  const kept = held.filter((one) => !ids.has(one.id) && !hasLeft(one, page));
  const conversations = number === 1 && total <= fresh.length ? fresh : sorted([...fresh, ...kept]);
  const needsPerson = page.needs_person;
  const merged = { conversations, total, needsPerson, pages: Math.max(list?.pages ?? 0, number) };
  return list && isSameList(list, merged) ? list : merged;
}

/** `came`, with every message and the lead that did not change taken from `held`. */
export function mergeConversation(
  held: Conversation | undefined,
  came: Conversation,
): Conversation {
  if (held?.id !== came.id) return came;
  const before = new Map(held.messages.map((message) => [message.id, message]));
  const messages = came.messages.map((message) => unchanged(before.get(message.id), message));
  const lead = isEqual(held.lead, came.lead) ? held.lead : came.lead;
  const joined = isEqual(held.joined, came.joined) ? held.joined : came.joined;
  const timeline = isEqual(held.timeline, came.timeline) ? held.timeline : came.timeline;
  const assignee = isEqual(held.assignee, came.assignee) ? held.assignee : came.assignee;
  const escalation = isEqual(held.escalation, came.escalation) ? held.escalation : came.escalation;
  const notes = isEqual(held.notes, came.notes) ? held.notes : came.notes;
  const merged = { ...came, lead, messages, notes, joined, timeline, assignee, escalation };
  const still =
    messages.length === held.messages.length &&
    lead === held.lead &&
    joined === held.joined &&
    assignee === held.assignee &&
    escalation === held.escalation &&
    notes === held.notes &&
    came.escalated === held.escalated &&
    came.read_seq === held.read_seq &&
    timeline === held.timeline;
  return still && messages.every((message, at) => message === held.messages[at]) ? held : merged;
}

/** Messages of `after` that came after the last of `before`. */
export function newMessages(before: readonly Message[], after: readonly Message[]): Message[] {
  const last = before.at(-1)?.seq ?? 0;
  return after.filter(({ seq }) => seq > last);
}

/** Whether the first page should have shown `one` and did not: then it is gone. */
function hasLeft(one: ConversationSummary, page: ConversationsPage): boolean {
  const oldest = page.conversations.at(-1);
  return page.meta.page === 1 && oldest !== undefined && lastTime(one) > lastTime(oldest);
}

function same(held: readonly ConversationSummary[], came: ConversationSummary) {
  return unchanged(
    held.find(({ id }) => id === came.id),
    came,
  );
}

function unchanged<T>(before: T | undefined, came: T): T {
  return before !== undefined && isEqual(before, came) ? before : came;
}

function sorted(conversations: ConversationSummary[]): ConversationSummary[] {
  return conversations.sort((a, b) => lastTime(b) - lastTime(a));
}

function lastTime(one: ConversationSummary): number {
  return Date.parse(one.last_message_at);
}

function isSameList(a: ConversationList, b: ConversationList): boolean {
  return (
    a.total === b.total &&
    a.pages === b.pages &&
    a.needsPerson === b.needsPerson &&
    a.conversations.length === b.conversations.length &&
    a.conversations.every((one, at) => one === b.conversations[at])
  );
}

/** Both come from the service's JSON, whose members keep their order. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
