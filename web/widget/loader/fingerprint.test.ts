import { afterEach, describe, expect, it, vi } from 'vitest';
import { fingerprint } from './fingerprint.ts';

const SECRET = 'secret-of-this-browser-012345678';
const encode = (text: string) => Buffer.from(text).toString('base64url');
const token = (payload: string) => `e30.${encode(payload)}.c2ln`;
const same = async (one: string, other: string) =>
  (await fingerprint(SECRET, one)) === (await fingerprint(SECRET, other));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each([['with'], ['without']])('a fingerprint %s the browser’s digest', (digest) => {
  const stub = () => {
    if (digest === 'with') return;
    const { crypto } = globalThis;
    vi.stubGlobal('crypto', {
      getRandomValues: crypto.getRandomValues.bind(crypto),
      subtle: undefined,
    });
  };

  it.each([
    [
      'other times and numbers of a token',
      '{"email":"a@x.com","iat":1,"exp":2,"jti":"a"}',
      '{"email":"a@x.com","iat":5,"exp":9,"nbf":1,"jti":"b"}',
    ],
    [
      'letters beyond ASCII, however they are spelled in JSON',
      '{"email":"a@x.com","first_name":"Zo\u00eb"}',
      '{ "email": "a@x.com", "first_name": "Zo\u00eb" }',
    ],
  ])('is the same for %s', async (_name, one, other) => {
    stub();
    expect(await same(token(one), token(other))).toBe(true);
  });

  it.each([
    ['emails', '{"email":"a@x.com"}', '{"email":"b@x.com"}'],
    [
      'attributes',
      '{"email":"a@x.com","additional_attributes":{"tier":"a"}}',
      '{"email":"a@x.com","additional_attributes":{"tier":"b"}}',
    ],
    [
      'times that are attributes',
      '{"email":"a@x.com","additional_attributes":{"iat":1}}',
      '{"email":"a@x.com","additional_attributes":{"iat":2}}',
    ],
    [
      'ids that are one number to JavaScript',
      '{"email":"a@x.com","sub":9007199254740992}',
      '{"email":"a@x.com","sub":9007199254740993}',
    ],
    ['a number and its text', '{"email":"a@x.com","sub":7}', '{"email":"a@x.com","sub":"7"}'],
    ['texts that end in a backslash', '{"email":"a\\\\","x":"1"}', '{"email":"a\\\\","x":"2"}'],
  ])('differs between %s', async (_name, one, other) => {
    stub();
    expect(await same(token(one), token(other))).toBe(false);
  });

  it.each(['x', 'a.b.c', '..', `e30.${encode('null')}.x`])(
    'is there for %j, which is no token',
    async (text) => {
      stub();
      expect(await same(text, text)).toBe(true);
      expect(await same(text, `${text}y`)).toBe(false);
    },
  );

  it('means nothing without the secret', async () => {
    stub();
    const jwt = token('{"email":"a@x.com"}');
    expect(await fingerprint('one', jwt)).not.toBe(await fingerprint('other', jwt));
    expect(await fingerprint('one', jwt)).toMatch(/^[\d.]+$/);
  });
});
