import { expect, it } from 'vitest';
import type { Message, Note } from '../../../api/dashboard';
import { mailSentence } from './escalation';
import { placeNotes } from './notes';

const time = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second)).toISOString();
const message = (second: number) => ({ sent_at: time(second) }) as Message;
const note = (second: number) => ({ id: `note_${second}`, created_at: time(second) }) as Note;

it('puts notes where they were written', () => {
  const places = placeNotes([message(10), message(20)], [note(5), note(10), note(15), note(30)]);
  expect(places.map((at) => at.map(({ id }) => id))).toEqual([
    ['note_5'],
    ['note_10', 'note_15'],
    ['note_30'],
  ]);
  expect(placeNotes([], [note(1)])).toEqual([[note(1)]]);
});

it.each([
  ['sent', null, /Told by email at/],
  ['waiting', null, /on its way/],
  ['waiting', 'smtp_451', /not taken so far \(smtp_451\)/],
  ['failed', 'smtp_550', /Nobody was told by email.*smtp_550/],
  ['not_set_up', null, /no mail server/],
  ['off', null, /switched off/],
  ['none', null, /No mail was sent/],
  ['needless', null, /No mail was needed/],
] as const)('says how the mail stands: %s, %s', (state, problem, expected) => {
  const at = state === 'sent' ? time(1) : null;
  expect(mailSentence({ state, problem, sent_at: at, next_try_at: time(2) })).toMatch(expected);
});
