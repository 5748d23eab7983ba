import { describe, expect, it } from 'vitest';
import type { Conversation, ConversationSummary, Message } from '../../../api/dashboard';
import { mergeConversation, mergePage, newMessages } from './merge';

const minute = (at: number) => new Date(Date.UTC(2026, 10, 22, 12, at)).toISOString();

function summary(id: string, at: number, preview = 'Hello'): ConversationSummary {
  const times = { created_at: minute(0), last_message_at: minute(at) };
  const person = { lead: null, assignee: null };
  return { id, preview, ...times, ...person, escalated: false, unseen: false, excerpt: null };
}

/** The first page, or another one; `next` leads on. */
function page(isFirst: boolean, conversations: ConversationSummary[], next: string | null = null) {
  return { isFirst, page: { conversations, next, total: 4, needs_person: 1 } };
}

const ids = (list: { conversations: ConversationSummary[] }) =>
  list.conversations.map(({ id }) => id);

describe('mergePage', () => {
  const first = mergePage(undefined, page(true, [summary('d', 40), summary('c', 30)], 'c'));
  const both = mergePage(first, page(false, [summary('b', 20), summary('a', 10)], 'a'));

  it('puts a further page after what is there', () => {
    expect(ids(both)).toEqual(['d', 'c', 'b', 'a']);
    expect(both).toMatchObject({ total: 4, next: 'a', needsPerson: 1 });
    expect(mergePage(both, page(false, [summary('9', 5)])).next).toBeNull();
  });

  it('keeps everything as it is when a look brings nothing new', () => {
    expect(mergePage(both, page(true, [summary('d', 40), summary('c', 30)], 'c'))).toBe(both);
  });

  it('moves a conversation with a new message to the top, and leaves the others untouched', () => {
    const after = mergePage(both, page(true, [summary('a', 50, 'News'), summary('d', 40)], 'd'));
    expect(ids(after)).toEqual(['a', 'd', 'c', 'b']);
    expect(after.conversations[0]?.preview).toBe('News');
    expect(after.conversations[1]).toBe(both.conversations[0]);
    expect(after.next).toBe('a');
  });

  it('adds a new conversation', () => {
    const after = mergePage(both, page(true, [summary('e', 50), summary('d', 40)], 'd'));
    expect(ids(after)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('drops one that should be on the first page and is not', () => {
    const after = mergePage(both, page(true, [summary('d', 40), summary('b', 20)], 'b'));
    expect(ids(after)).toEqual(['d', 'b', 'a']);
  });

  it('drops what a first page that holds everything no longer has', () => {
    expect(ids(mergePage(both, page(true, [summary('d', 40)])))).toEqual(['d']);
    expect(ids(mergePage(both, page(true, [])))).toEqual([]);
  });

  it('shows a conversation once where a page has shifted meanwhile', () => {
    const shifted = mergePage(first, page(false, [summary('c', 30), summary('b', 20)], 'b'));
    expect(ids(shifted)).toEqual(['d', 'c', 'b']);
  });
});

describe('mergeConversation', () => {
  const message = (seq: number, verified = true): Message => ({
    id: `m${seq}`,
    seq,
    author: 'visitor',
    author_name: null,
    text: 'Hi',
    content: [],
    sent_at: minute(seq),
    verified,
  });
  const conversation = (messages: Message[], id = 'conv_1'): Conversation => ({
    id,
    created_at: minute(0),
    last_message_at: minute(messages.length),
    lead: null,
    joined: null,
    timeline: [],
    assignee: null,
    escalated: false,
    escalation: null,
    notes: [],
    read_seq: 0,
    delivered_seq: 0,
    earlier: [],
    orders: { available: false, mentioned: [], purchases: [] },
    messages,
  });
  const held = conversation([message(1), message(2)]);

  it('is the same object when nothing changed', () => {
    expect(mergeConversation(held, conversation([message(1), message(2)]))).toBe(held);
  });

  it('is another object when something was joined or recorded', () => {
    const joined = { messages: 1, at: minute(1) };
    const after = mergeConversation(held, { ...held, joined });
    expect(after.joined).toEqual(joined);
    expect(after.messages[0]).toBe(held.messages[0]);
    expect(mergeConversation(after, { ...after, joined: { ...joined } })).toBe(after);
  });

  it('is another object when a note was written or a person asked for', () => {
    const note = { id: 'note_1', author: null, text: 'Hm', content: [], created_at: minute(3) };
    const after = mergeConversation(held, { ...held, notes: [note] });
    expect(after.notes).toEqual([note]);
    expect(after.messages[0]).toBe(held.messages[0]);
    expect(mergeConversation(after, { ...after, notes: [{ ...note }] })).toBe(after);
    const mail = { state: 'sent', sent_at: null, next_try_at: null, problem: null } as const;
    const asked = { asked_at: minute(1), asked_by: null, reason: null, settled_at: null, mail };
    expect(mergeConversation(held, { ...held, escalation: asked }).escalation).toEqual(asked);
  });

  it('keeps the messages that were there when one comes', () => {
    const after = mergeConversation(held, conversation([message(1), message(2), message(3)]));
    expect(after.messages[0]).toBe(held.messages[0]);
    expect(after.messages).toHaveLength(3);
  });

  it('takes a changed message and a changed lead', () => {
    const after = mergeConversation(held, conversation([message(1, false), message(2)]));
    expect(after.messages[0]?.verified).toBe(false);
    expect(after.messages[1]).toBe(held.messages[1]);
  });

  it('never mixes two conversations', () => {
    const other = conversation([message(1)], 'conv_2');
    expect(mergeConversation(held, other)).toBe(other);
  });

  it('tells what came after the last message', () => {
    const after = [message(1), message(2), message(3)];
    expect(newMessages(held.messages, after)).toEqual([after[2]]);
    expect(newMessages(after, after)).toEqual([]);
  });
});
