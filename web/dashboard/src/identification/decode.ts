/** A token taken apart in the browser. Nothing of it is verified, and nothing is sent. */

export interface Decoded {
  header: Readonly<Record<string, unknown>>;
  claims: Readonly<Record<string, unknown>>;
}

/** Header and claims of a compact token; null for what is none. */
export function decodeToken(text: string): Decoded | null {
  const parts = text.trim().split('.');
  if (parts.length !== 3) return null;
  const [header, claims] = parts.map(objectOf);
  return header && claims ? { header, claims } : null;
}

function objectOf(part: string): Record<string, unknown> | null {
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
