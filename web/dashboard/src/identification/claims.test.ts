import { expect, it } from 'vitest';
import { claimsOf } from './claims';

it('claims are shown as they stand, and times in words beside them', () => {
  const claims = claimsOf({
    email: 'ada@example.com',
    exp: 1_795_000_000,
    sub: 7,
    additional_attributes: { tier: 'gold' },
  });
  expect(claims.map(({ name, text }) => [name, text])).toEqual([
    ['email', 'ada@example.com'],
    ['exp', '1795000000'],
    ['sub', '7'],
    ['additional_attributes', '{\n  "tier": "gold"\n}'],
  ]);
  expect(claims.map(({ tree }) => tree)).toEqual([false, false, false, true]);
  expect(claims[1]?.meaning).toContain('2026');
});

it('what cannot be a time of this age has no words', () => {
  const meanings = (claims: unknown) => claimsOf(claims).map(({ meaning }) => meaning);
  expect(meanings({ exp: 1_795_000_000_000, iat: '1795000000', nbf: -1 })).toEqual([
    null,
    null,
    null,
  ]);
});

it.each([[null], [[1]], ['text'], [undefined]])('%j has no claims', (claims) => {
  expect(claimsOf(claims)).toEqual([]);
});
