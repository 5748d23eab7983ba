import { expect, it } from 'vitest';
import type { Conversation, Message } from '../../../api/dashboard';
import { deliveryOf } from './messages';

const message = (author: Message['author'], seq: number) => ({ author, seq }) as Message;
const conversation = {
  messages: [message('operator', 4), message('assistant', 5)],
  read_seq: 2,
  delivered_seq: 3,
} as Conversation;

it.each([
  ['visitor', 1, null],
  ['operator', 2, 'seen'],
  ['operator', 3, 'delivered'],
  ['operator', 4, 'sent'],
  ['assistant', 2, null],
  ['assistant', 5, null],
] as const)('of the message of %s number %d: %s', (author, seq, expected) => {
  expect(deliveryOf(message(author, seq), conversation)).toBe(expected);
});

it('of the last answer of the assistant: seen', () => {
  expect(deliveryOf(message('assistant', 5), { ...conversation, read_seq: 5 })).toBe('seen');
});
