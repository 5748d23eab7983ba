/** Milliseconds that a `Retry-After` header asks for; 0 without one. */
export function askedDelay(header: string | null): number {
  if (!header) return 0;
  const asked = Number(header) * 1000 || Date.parse(header) - Date.now();
  return Math.max(asked || 0, 0);
}

const BASE_MS = 500;
const CAP_MS = 30_000;

/** Full jitter, so that all who lost one service at once do not come back at once. `failures` counts from 1. */
export function backOff(failures: number, header: string | null): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** failures);
  return askedDelay(header) + Math.random() * ceiling;
}
