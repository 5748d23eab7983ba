import { readErrorCode } from './wire.ts';

/** Why a call was not done. */
export type Problem =
  | 'network'
  | 'ended'
  | 'rate_limited'
  | 'identification_required'
  | 'invalid'
  | 'unavailable';

export type Result =
  | { done: true; body: unknown; token: string }
  | { done: false; problem: Problem; token: string; retryAfter: string | null };

/** One call of the chat with the visitor token that `token` gives now. Never rejects. */
export type Call = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Result>;

const TIMEOUT_MS = 15_000;

/** Calls under `base`; each result names the token that it was asked with. */
export function createCall(base: string, currentToken: () => string): Call {
  return async (method, path, body) => {
    const token = currentToken();
    try {
      const response = await fetch(`${base}/${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // Without a `cache` of its own: the answers say that they are not to be kept, and `no-store` here would have
        // browsers ask for leave by a preflight each time, which takes a round trip.
        credentials: 'omit',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok) return { done: true, body: answer, token };
      const retryAfter = response.headers.get('Retry-After');
      return { done: false, problem: problemOf(response.status, answer), token, retryAfter };
    } catch {
      return { done: false, problem: 'network', token, retryAfter: null };
    }
  };
}

function problemOf(status: number, body: unknown): Problem {
  if (status === 401) return 'ended';
  if (status === 429) return 'rate_limited';
  if (status === 403 && readErrorCode(body) === 'identification_required') {
    return 'identification_required';
  }
  return status < 500 ? 'invalid' : 'unavailable';
}
