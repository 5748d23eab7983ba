/** Members that differ between two tokens which say the same about the same customer. */
const PER_TOKEN = ['iat', 'exp', 'nbf', 'jti'];

/**
 * A digest of what `jwt` says about its customer, the same for each fresh token that says the same.
 *
 * It is kept in the page's storage and must not give the email away: it is SHA-256 over a secret of this browser as well.
 * Browsers have no digests on plain-http pages, where the token itself crosses the network in clear; there a plain
 * checksum only has to tell customers apart.
 */
export async function fingerprint(secret: string, jwt: string): Promise<string> {
  const bytes = new TextEncoder().encode(secret + claims(jwt));
  const { subtle } = crypto;
  return subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)).join('.') : checksum(bytes);
}

/** The claims in one spelling; a text that is no token stands for itself. */
function claims(jwt: string): string {
  try {
    const bytes = atob((jwt.split('.')[1] as string).replace(/-/g, '+').replace(/_/g, '/'));
    // Two ids beyond 2^53 can be one `number`, so numbers are compared as they are written. The
    // mark in front cannot occur in a string: tokens with that character are refused.
    const exact = bytes.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (part) =>
      part[0] === '"' ? part : `"\\u0000${part}"`,
    );
    const said = JSON.parse(exact);
    for (const name of PER_TOKEN) delete said[name];
    return JSON.stringify(said);
  } catch {
    return jwt;
  }
}

/** A polynomial over the bytes, modulo a prime below 2^47, so that no product leaves the exact numbers. */
function checksum(bytes: Uint8Array): string {
  return `${bytes.reduce((sum, byte) => (sum * 37 + byte + 1) % 140_737_488_355_213, 7)}`;
}
