import { expect, it } from 'vitest';
import type { Customer, CustomerField } from '../../../api/dashboard';
import { changeOf, entered, grouped, isSigned } from './field-values';

function field(name: string, source: CustomerField['source'], overridden = false): CustomerField {
  return { name, value: `${source} ${name}`, source, at: '', operator: null, overridden };
}

const fields = [
  field('phone_number', 'typed', true),
  field('phone_number', 'operator'),
  field('first_name', 'operator', true),
  field('first_name', 'signed'),
  field('shoe_size', 'typed'),
  field('email', 'signed'),
];
const customer = { fields } as Customer;
const typed = { first_name: '', last_name: '', phone_number: 'operator phone_number' };

it('fields come by name in a fixed order, the value that counts first', () => {
  const groups = grouped(fields);
  expect(groups.map(({ label }) => label)).toEqual([
    'Email',
    'First name',
    'Phone number',
    'shoe_size',
  ]);
  expect(groups[1]?.values.map(({ source }) => source)).toEqual(['signed', 'operator']);
  expect(groups[2]?.values.map(({ source }) => source)).toEqual(['operator', 'typed']);
});

it('what the shop signed cannot be changed', () => {
  expect(isSigned(customer, 'first_name')).toBe(true);
  expect(isSigned(customer, 'phone_number')).toBe(false);
  expect(changeOf(customer, { ...typed, first_name: 'Eve' })).toEqual({});
});

it('only what differs is sent, and what was emptied is taken away', () => {
  expect(entered(customer, 'phone_number')).toBe('operator phone_number');
  expect(changeOf(customer, typed)).toEqual({});
  expect(changeOf(customer, { ...typed, last_name: ' Lovelace ', phone_number: ' ' })).toEqual({
    last_name: 'Lovelace',
    phone_number: null,
  });
});
