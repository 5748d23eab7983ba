/** What there is to say of keys. */

import type { IdentificationKey } from '../../../api/dashboard';
import { msg } from '../i18n';

/** How many keys of a chat may verify at the same time. */
export const VERIFYING_LIMIT = 3;

export const SOURCES: Readonly<Record<IdentificationKey['source'], string>> = {
  generated: msg('made here'),
  public_key: msg('your own'),
  jwks: msg('from your address'),
};

/** Keys that verify first, and the newest of them first; then the others, newest first. */
export function verifyingFirst(keys: readonly IdentificationKey[]): IdentificationKey[] {
  const rank = (key: IdentificationKey) => (key.state === 'active' ? 2 : key.verifies ? 1 : 0);
  return [...keys].sort(
    (a, b) => rank(b) - rank(a) || Date.parse(b.created_at) - Date.parse(a.created_at),
  );
}

export function verifyingCount(keys: readonly IdentificationKey[]): number {
  return keys.filter(({ verifies }) => verifies).length;
}
