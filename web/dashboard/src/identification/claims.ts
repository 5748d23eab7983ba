/** The claims of a token as people read them. */

import { fullTime } from '../format';

export interface Claim {
  name: string;
  /** As it stands in the token. */
  text: string;
  /** A time in words; else nothing. */
  meaning: string | null;
  /** Whether it takes lines of its own. */
  tree: boolean;
}

const TIMES = ['exp', 'iat', 'nbf'];
/** Seconds beyond the year 9999 are most likely milliseconds; they are shown as they stand. */
const LAST_SECOND = 253_402_300_799;

export function claimsOf(claims: unknown): Claim[] {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return [];
  return Object.entries(claims).map(([name, value]) => {
    const tree = typeof value === 'object' && value !== null;
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, tree ? 2 : 0);
    return { name, text, meaning: meaningOf(name, value), tree };
  });
}

function meaningOf(name: string, value: unknown): string | null {
  if (!TIMES.includes(name) || typeof value !== 'number') return null;
  if (value < 0 || value > LAST_SECOND) return null;
  return fullTime(new Date(value * 1000).toISOString());
}
