/** Private keys that are about to be pasted where a public key or a token belongs. */

/** A JWK's members that only its owner may know; `k` is a shared secret. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Whether `text` has a private key in it: as PEM, as JWK or JWK set, or as bare base64. */
export function hasPrivateKey(text: string): boolean {
  return hasPem(text) || hasSecretMember(parsed(text), 0) || isPrivateDer(text);
}

/** Line breaks may be escaped, dashes lost and quotes added on the way. */
function hasPem(text: string): boolean {
  return /BEGIN[\s\w]*PRIVATE\s+KEY/i.test(text);
}

function hasSecretMember(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > 4) return false;
  if (Array.isArray(value)) return value.some((one) => hasSecretMember(one, depth + 1));
  const members = value as Record<string, unknown>;
  if ('kty' in members && SECRET_MEMBERS.some((name) => name in members)) return true;
  return Object.values(members).some((one) => hasSecretMember(one, depth + 1));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.trim());
  } catch {
    return null;
  }
}

/**
 * All of PKCS#8, PKCS#1 and SEC 1 begin a private key with a version, a small number; a public key
 * begins with a sequence or with a number of hundreds of digits.
 */
function isPrivateDer(text: string): boolean {
  const compact = text.replace(/[\s"']|\\[nr]/g, '');
  if (!/^M[A-Za-z0-9+/]{40,}={0,2}$/.test(compact)) return false;
  const start = [...atob(compact.slice(0, 16))].map((letter) => letter.charCodeAt(0));
  const [sequence, length = 0] = start;
  const content = length < 0x80 ? 2 : 2 + (length & 0x7f);
  const [type, size, version = 0xff] = start.slice(content);
  return sequence === 0x30 && type === 0x02 && size === 1 && version <= 2;
}
