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
  /** How many there are; the service counts up to 1,000. */
  total: number;
  /** What to ask for to get the ones before; null when all are read. */
  next: string | null;
  /** In how many conversations of the chat a person is asked for. */
  needsPerson: number;
}

/** What came: the first page again, or one that goes on where the last ended. */
export interface CamePage {
  page: ConversationsPage;
  isFirst: boolean;
}

/** A page joined to what was read before. */
export function mergePage(
  list: ConversationList | undefined,
  { page, isFirst }: CamePage,
): ConversationList {
  const held = list?.conversations ?? [];
  const fresh = page.conversations.map((came) => same(held, came));
  const ids = new Set(fresh.map(({ id }) => id));
  const isWhole = isFirst && page.next === null;
  const kept = held.filter((one) => !ids.has(one.id) && !(isFirst && hasLeft(one, page)));
  const conversations = isWhole ? fresh : sorted([...fresh, ...kept]);
  // Looking at the first page again forgets nothing of how far one has read.
  const goesOn = isFirst && !isWhole && kept.length > 0;
  const next = goesOn ? (list?.next ?? null) : page.next;
  const { total, needs_person: needsPerson } = page;
  const merged = { conversations, total, needsPerson, next };
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
  const earlier = isEqual(held.earlier, came.earlier) ? held.earlier : came.earlier;
  const orders = isEqual(held.orders, came.orders) ? held.orders : came.orders;
  const parts = { messages, notes, earlier, orders };
  const merged = { ...came, lead, joined, timeline, assignee, escalation, ...parts };
  const still =
    messages.length === held.messages.length &&
    lead === held.lead &&
    joined === held.joined &&
    assignee === held.assignee &&
    escalation === held.escalation &&
    notes === held.notes &&
    earlier === held.earlier &&
    orders === held.orders &&
    came.delivered_seq === held.delivered_seq &&
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
  return oldest === undefined || lastTime(one) > lastTime(oldest);
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
    a.next === b.next &&
    a.needsPerson === b.needsPerson &&
    a.conversations.length === b.conversations.length &&
    a.conversations.every((one, at) => one === b.conversations[at])
  );
}

/** Both come from the service's JSON, whose members keep their order. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
