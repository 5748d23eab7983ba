import { expect, it } from 'vitest';
import type { Attempt, Identification, Identifications } from '../../../api/dashboard';
import { wayOf } from './path';

const nothing = { active: false, keys: [] } as unknown as Identification;
const active = { active: true, keys: [{ verifies: true }] } as unknown as Identification;
const silence = {
  attempts: [],
  pages: [],
  verified_ever: false,
  first_verified: null,
} as unknown as Identifications;
const attempt = (kid: string | null) => ({ kid }) as Attempt;
const page = { origin: 'https://shop.example', at: '2026-01-01T00:00:00Z' };

it.each([
  ['nothing is done', nothing, silence, 'key', []],
  ['a key is there', active, silence, 'sign', ['key']],
  ['a page was seen', active, { ...silence, pages: [page] }, 'sign', ['key', 'paste']],
  [
    'a token of a stranger came',
    active,
    { ...silence, attempts: [attempt(null)] },
    'sign',
    ['key', 'paste', 'token'],
  ],
  [
    'a token of the key was refused',
    active,
    { ...silence, attempts: [attempt('k1')] },
    'verified',
    ['key', 'sign', 'paste', 'token'],
  ],
  [
    'a token was verified, before the list begins',
    active,
    { ...silence, verified_ever: true },
    null,
    ['key', 'sign', 'paste', 'token', 'verified'],
  ],
  ['it is not known yet', active, undefined, 'sign', ['key']],
])('when %s', (_, identification, seen, current, done) => {
  const way = wayOf(identification, seen);
  expect(way.current).toBe(current);
  expect(Object.entries(way.done).flatMap(([step, is]) => (is ? step : []))).toEqual(done);
});

it('members, who are told of no keys, see that there is one', () => {
  const told = { active: true, keys: [], jwks: null } as unknown as Identification;
  expect(wayOf(told, silence).done.key).toBe(true);
  expect(wayOf({ ...told, active: false }, silence).done.key).toBe(false);
});

it('a key that verifies no more is no key', () => {
  const retired = { active: true, keys: [{ verifies: false }] } as unknown as Identification;
  expect(wayOf(retired, silence).done.key).toBe(false);
});
