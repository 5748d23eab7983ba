/** Server-sent events by `fetch`: `EventSource` cannot carry a header, and would put the token into addresses and logs. */

/** One event of a stream. */
export interface StreamEvent {
  /** The `id:` line, where the event had one. */
  id: string | null;
  type: string;
  data: string;
}

export interface EventsRequest {
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  /** The service has accepted the connection. */
  opened(): void;
  received(event: StreamEvent): void;
}

/** Why a stream is over. `refused` carries the answer's status, code and `Retry-After`. */
export type StreamEnd =
  | { reason: 'ended' | 'network' | 'aborted' }
  | { reason: 'refused'; status: number; code: string; retryAfter: string | null };

/** The service sends a comment every 15 s; a line that is silent for three of them is dead. */
const SILENCE_MS = 45_000;

/** Reads one connection to its end. Never rejects; reconnecting is the caller's decision. */
export async function readEvents(request: EventsRequest): Promise<StreamEnd> {
  const { signal } = request;
  const own = new AbortController();
  const abort = () => own.abort();
  signal.addEventListener('abort', abort);
  let silence = setTimeout(abort, SILENCE_MS);
  try {
    const response = await fetch(request.url, {
      headers: { Accept: 'text/event-stream', ...request.headers },
      credentials: 'omit',
      cache: 'no-store',
      signal: own.signal,
    });
    if (!response.ok || !response.body) return await refusal(response);
    request.opened();
    const feed = createParser(request.received);
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { reason: 'ended' };
      clearTimeout(silence);
      silence = setTimeout(abort, SILENCE_MS);
      feed(decoder.decode(value, { stream: true }));
    }
  } catch {
    return { reason: signal.aborted ? 'aborted' : 'network' };
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', abort);
    own.abort();
  }
}

async function refusal(response: Response): Promise<StreamEnd> {
  const body = await response.json().catch(() => null);
  return {
    reason: 'refused',
    status: response.status,
    code: String(body?.error?.code ?? ''),
    retryAfter: response.headers.get('Retry-After'),
  };
}

/**
 * Returns what takes the text of a stream, cut anywhere, and calls `received` for each event that is complete.
 *
 * Source: HTML standard, "Interpreting an event stream"; `retry:` is left out, since waiting is decided elsewhere.
 */
export function createParser(received: (event: StreamEvent) => void): (text: string) => void {
  let rest = '';
  let id: string | null = null;
  let type = '';
  let data: string[] = [];

  const line = (text: string) => {
    if (text === '') {
      if (data.length) received({ id, type: type || 'message', data: data.join('\n') });
      id = null;
      type = '';
      data = [];
      return;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') type = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  };

  return (text) => {
    rest += text;
    // A carriage return at the end may be half of a line end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const complete of lines) line(complete);
  };
}
