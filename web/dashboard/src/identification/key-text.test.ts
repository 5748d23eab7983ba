// @vitest-environment node
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { expect, it, vi } from 'vitest';
import { environmentLine, KEY_VARIABLE, keyFileName } from './key-text';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** What a program finds in its environment, where the tool that set it left `\n` as it was. */
function valueIn(line: string): string {
  return /^[A-Z_]+="(.*)"$/.exec(line)?.[1] ?? '';
}

it('makes one line of a private key', () => {
  const line = environmentLine(PEM);
  expect(line).not.toContain('\n');
  expect(line.startsWith(`${KEY_VARIABLE}="-----BEGIN PRIVATE KEY-----\\nMII`)).toBe(true);
  expect(line.endsWith('\\n-----END PRIVATE KEY-----\\n"')).toBe(true);
});

it('makes the same line whatever the line breaks', () => {
  expect(environmentLine(PEM.replaceAll('\n', '\r\n'))).toBe(environmentLine(PEM));
});

it('can be read back', () => {
  const restored = valueIn(environmentLine(PEM)).replaceAll('\\n', '\n');
  expect(restored).toBe(PEM);
  expect(createPrivateKey(restored).asymmetricKeyType).toBe('rsa');
});

it('is what the Node.js sample reads: its token verifies', async () => {
  vi.stubEnv(KEY_VARIABLE, valueIn(environmentLine(PEM)));
  const { zipchatToken } = await import('./samples/zipchat-token.mjs');
  const customer = { id: 7, email: 'ada@example.com', firstName: 'Ada', lastName: 'Example' };
  const token = zipchatToken(customer);
  const { payload } = await jwtVerify(token, createPublicKey(privateKey), {
    algorithms: ['RS256'],
  });
  expect(payload).toMatchObject({ email: 'ada@example.com', sub: '7', first_name: 'Ada' });
});

it('names the file after the key', () => {
  expect(keyFileName('key_01J9Z')).toBe('zipchat-private-key-key_01J9Z.pem');
  expect(keyFileName('../a b')).toBe('zipchat-private-key-.._a_b.pem');
});
