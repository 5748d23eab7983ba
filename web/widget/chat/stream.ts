import { readEvents, type StreamEvent } from '../../api/events.ts';
import { backOff } from './backoff.ts';

/** What a line of events tells its owner. */
export interface StreamOwner {
  url: string;
  token(): string;
  /** Connected; `resumed` where the service was told the last event that had come. */
  connected(resumed: boolean): void;
  received(event: StreamEvent): void;
  /** The connection is away and another attempt follows by itself. */
  lost(): void;
  /** The service will not have this token any more. */
  refused(token: string): void;
}

/** A standing line of events that comes back by itself, while it is wanted. */
export interface Stream {
  start(): void;
  /** `forget`: the next start is another visitor's, and resumes nothing. */
  stop(forget?: boolean): void;
  /** Does not wait any longer for the next attempt. */
  hurry(): void;
  isConnected(): boolean;
}

export function createStream(owner: StreamOwner): Stream {
  let lastEventId: string | null = null;
  let abort: AbortController | undefined;
  let connected = false;
  let hurry: () => void = () => {};

  async function run(signal: AbortSignal) {
    let failures = 0;
    while (!signal.aborted) {
      const token = owner.token();
      const end = await readEvents({
        url: owner.url,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(lastEventId === null ? {} : { 'Last-Event-ID': lastEventId }),
        },
        signal,
        opened() {
          failures = 0;
          connected = true;
          owner.connected(lastEventId !== null);
        },
        received(event) {
          lastEventId = event.id ?? lastEventId;
          if (!signal.aborted) owner.received(event);
        },
      });
      if (signal.aborted) return;
      connected = false;
      const refusal = end.reason === 'refused' ? end : null;
      if (refusal && refusal.status < 500 && refusal.status !== 429) {
        abort = undefined;
        if (refusal.status === 401) owner.refused(token);
        return;
      }
      failures++;
      owner.lost();
      await pause(backOff(failures, refusal?.retryAfter ?? null), refusal !== null);
    }
  }

  /** A wait that the service asked for is not cut short. */
  function pause(wait: number, asked: boolean): Promise<void> {
    return new Promise((go) => {
      setTimeout(go, wait);
      hurry = asked ? () => {} : go;
    });
  }

  const stream: Stream = {
    start() {
      if (abort) return;
      abort = new AbortController();
      void run(abort.signal);
    },
    stop(forget = false) {
      abort?.abort();
      abort = undefined;
      connected = false;
      hurry();
      if (forget) lastEventId = null;
    },
    hurry: () => hurry(),
    isConnected: () => connected,
  };
  return stream;
}
