import { render } from 'preact';
import { afterEach, expect, it } from 'vitest';
import type { IdentificationKey } from '../../../api/dashboard';
import { KeyDetail } from './key-card';

const KEY: IdentificationKey = {
  kid: 'k1',
  state: 'active',
  verifies: true,
  verifies_until: '2026-01-08T00:00:00Z',
  source: 'jwks',
  fingerprint: 'aa:bb',
  bits: 2048,
  public_key: '-----BEGIN PUBLIC KEY-----',
  created_at: '2026-01-01T00:00:00Z',
  verified: 0,
  refused: 0,
  first_used_at: null,
  last_used_at: null,
  retirement: { safe: false, message: '' },
};

const root = document.createElement('div');
afterEach(() => render(null, root));

function facts(key: IdentificationKey): string {
  render(<KeyDetail identificationKey={key} />, root);
  return root.querySelector('dl')?.textContent ?? '';
}

it('a key from an address is kept for a while without it, and does not end', () => {
  expect(facts(KEY)).toMatch(/Kept until.*, if its address cannot be reached/);
  expect(facts(KEY)).not.toContain('Verifies until');
});

it('a key that is retired ends', () => {
  expect(facts({ ...KEY, state: 'retired' })).toContain('Verifies until');
  expect(facts({ ...KEY, source: 'generated', state: 'retired' })).toContain('Verifies until');
});

it('a key that was made here and is in use has no end', () => {
  expect(facts({ ...KEY, source: 'generated', verifies_until: null })).not.toContain('until');
});
