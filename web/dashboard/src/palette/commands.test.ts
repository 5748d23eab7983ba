import { expect, it } from 'vitest';
import { type Command, matching } from './commands';

const run = () => {};
const commands: Command[] = [
  { id: 'a', label: 'Contacts', group: 'This chat', run },
  { id: 'b', label: 'Übersicht', group: 'This chat', also: 'analytics numbers', run },
  { id: 'c', label: 'Dark theme', group: 'Appearance', run },
  { id: 'd', label: 'Corner Shop', group: 'Chats', run },
];
const found = (typed: string) => matching(commands, typed).map(({ id }) => id);

it('offers everything until something is typed', () => {
  expect(found(' ')).toEqual(['a', 'b', 'c', 'd']);
});

it('finds by beginnings, parts, headings and other words, without case and accents', () => {
  expect(found('con')).toEqual(['a']);
  expect(found('uber')).toEqual(['b']);
  expect(found('NUMB')).toEqual(['b']);
  expect(found('shop')).toEqual(['d']);
  expect(found('chat')).toEqual(['a', 'b', 'd']);
});

it('wants every word', () => {
  expect(found('dark theme')).toEqual(['c']);
  expect(found('dark shop')).toEqual([]);
});

it('puts a beginning of the name before a word within', () => {
  expect(found('c')[0]).toBe('a');
});
