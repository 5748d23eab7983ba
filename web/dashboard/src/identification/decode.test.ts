import { expect, it } from 'vitest';
import { decodeToken } from './decode';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

it('takes a token apart', () => {
  const header = { alg: 'RS256', kid: 'k-1' };
  const claims = { email: 'ada@shop.example', first_name: 'Zoë 茶' };
  const token = `${part(header)}.${part(claims)}.c2ln`;
  expect(decodeToken(` ${token}\n`)).toEqual({ header, claims });
});

it.each([
  ['nothing', ''],
  ['two parts', `${part({})}.${part({})}`],
  ['a list', `${part([])}.${part({})}.x`],
  ['no JSON', 'aa.bb.cc'],
  ['broken letters', `${part({})}.${Buffer.from([0xff, 0x7b]).toString('base64url')}.x`],
])('takes %s for no token', (_, text) => {
  expect(decodeToken(text)).toBeNull();
});
