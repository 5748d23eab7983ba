import { expect, it } from 'vitest';
import type { Lead, Message } from '../../../api/dashboard';
import { authorName, authorRole, leadName } from './names';

const lead = (full_name: string | null, email: string) => ({ full_name, email }) as Lead;
const by = (author: Message['author'], author_name: string | null) =>
  ({ author, author_name }) as Message;

it.each([
  [null, 'Visitor'],
  [lead('Ada Example', 'ada@example.com'), 'Ada Example'],
  [lead(null, 'ada@example.com'), 'ada@example.com'],
  [lead('', 'ada@example.com'), 'ada@example.com'],
])('calls %j %s', (known, name) => {
  expect(leadName(known)).toBe(name);
});

it.each([
  [by('visitor', 'Ada'), 'Visitor', null],
  [by('assistant', null), 'Assistant', null],
  [by('assistant', 'Assistant'), 'Assistant', null],
  [by('assistant', 'Fern'), 'Fern', 'assistant'],
  [by('operator', null), 'Your team', null],
  [by('operator', 'Sam'), 'Sam', 'your team'],
])('says of the author of %j: %s, %j', (message, name, role) => {
  expect(authorName(message, null)).toBe(name);
  expect(authorRole(message)).toBe(role);
});
