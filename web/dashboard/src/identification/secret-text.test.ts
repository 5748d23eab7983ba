// @vitest-environment node
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasPrivateKey } from './secret-text';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const bare = (pem: string) => pem.replace(/-----[^-]+-----/g, '');

describe('a private key is found', () => {
  it.each([
    ['as PKCS#8', pkcs8],
    ['as PKCS#1', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['of an elliptic curve', elliptic.export({ type: 'sec1', format: 'pem' }).toString()],
    ['that is encrypted', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF'],
    ['as OpenSSH writes it', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl'],
    ['with escaped line breaks and a name', `KEY="${pkcs8.replaceAll('\n', '\\n')}"`],
    ['that lost its dashes', 'begin  private\nkey MIIE'],
    ['as a JWK', JSON.stringify(privateKey.export({ format: 'jwk' }))],
    ['in a set', JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] })],
    ['that is a shared secret', '{"kty":"oct","k":"c2VjcmV0"}'],
    ['as bare base64 of PKCS#8', bare(pkcs8)],
    [
      'as bare base64 of PKCS#1',
      bare(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
    ],
    ['as bare base64 of SEC 1', bare(elliptic.export({ type: 'sec1', format: 'pem' }).toString())],
  ])('%s', (_, text) => {
    expect(hasPrivateKey(text)).toBe(true);
  });
});

describe('nothing is found in', () => {
  it.each([
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a public key as PKCS#1', publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    [
      'a public key without its lines',
      bare(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    ],
    [
      'a PKCS#1 public key without its lines',
      bare(publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
    ],
    ['a JWK', JSON.stringify(publicKey.export({ format: 'jwk' }))],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIE'],
    ['a token', 'eyJhbGciOiJSUzI1NiJ9.eyJkIjoxfQ.c2ln'],
    ['claims that have a member d', '{"d":1,"email":"ada@example.com"}'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(hasPrivateKey(text)).toBe(false);
  });
});
