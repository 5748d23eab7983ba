// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import type { Contact } from '../../../api/dashboard';
import {
  asked,
  attributeNames,
  attributeText,
  countSet,
  EVERYBODY,
  keepColumns,
  readColumns,
  readFilter,
  USUAL_COLUMNS,
  writeFilter,
} from './filter';

it('is read from an address as it was written', () => {
  const filter = { ...EVERYBODY, verified: 'true', attribute: 'tier', value: 'gold' } as const;
  expect(readFilter(writeFilter(filter))).toEqual(filter);
  expect(countSet(filter)).toBe(2);
  expect(writeFilter(EVERYBODY)).toBe('');
  expect(readFilter('?verified=perhaps&since=never&order=odd&value=x')).toEqual(EVERYBODY);
});

it('asks the service by its own names', () => {
  expect(asked(EVERYBODY)).toEqual({});
  const set = { ...EVERYBODY, talks: 'false', attribute: 'tier', order: 'email' } as const;
  expect(asked({ ...set, value: 'gold' })).toEqual({
    talks: false,
    attribute: 'tier',
    value: 'gold',
    order: 'email',
  });
  expect(asked(set)).toEqual({ talks: false, order: 'email' });
});

it('knows the attributes of those on the page, the most frequent first', () => {
  const contact = (additional_attributes: object) => ({ additional_attributes }) as Contact;
  const contacts = [contact({ b: 1, a: 1 }), contact({ b: 2, c: 3 }), contact({})];
  expect(attributeNames(contacts)).toEqual(['b', 'a', 'c']);
  expect([null, 'x', 7, [1]].map(attributeText)).toEqual(['', 'x', '7', '[1]']);
});

it('keeps the columns of each chat in the browser', () => {
  expect(readColumns('chat_1')).toEqual(USUAL_COLUMNS);
  keepColumns('chat_1', ['attribute:tier']);
  expect(readColumns('chat_1')).toEqual(['attribute:tier']);
  localStorage.setItem('zipchat_contact_columns chat_1', '{');
  expect(readColumns('chat_1')).toEqual(USUAL_COLUMNS);
});
