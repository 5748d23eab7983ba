/** What came of a call: `status` is 0 where no answer came, and `details` say why. */
export interface Answer {
  status: number;
  details: string;
  body: unknown;
  /** A header of the answer, if there is one. */
  header(name: string): string | null | undefined;
  /** Milliseconds before the quiet attempt after number `retry`, or 0 where asking again is useless. */
  delay(retry: number): number;
}

/** Quiet attempts after the first. */
const RETRIES = 4;
const TIMEOUT = 10_000;

/** POSTs; a body that is a string is `text/plain`, which needs no preflight. */
export async function post(
  url: string,
  request: RequestInit,
  abort = new AbortController(),
): Promise<Answer> {
  const timer = setTimeout(() => abort.abort('timed out'), TIMEOUT);
  let answered: Response | undefined;
  let details: string;
  let body: unknown;
  const header = (name: string) => answered?.headers.get(name);
  try {
    const response = await fetch(url, { method: 'POST', signal: abort.signal, ...request });
    const text = await response.text();
    answered = response;
    const id = header('X-Request-Id');
    details = `HTTP ${response.status} ${text.slice(0, 200)}${id ? ` (request ${id})` : ''}`;
    // A captive portal answers 200 too, but not with JSON.
    body = JSON.parse(text);
  } catch (error) {
    details ??= String(error);
  }
  clearTimeout(timer);
  const status = answered?.status ?? 0;
  return {
    status,
    details,
    body,
    header,
    delay(retry) {
      if ((status && status !== 429 && status < 500) || retry >= RETRIES) return 0;
      // Its other form, a date, is left to the back-off.
      const asked = Number(header('Retry-After')) * 1000;
      // A crowd that failed together is spread out either way.
      return asked > 0 ? asked + Math.random() * 1000 : (1 + Math.random()) * 500 * 2 ** retry;
    },
  };
}
