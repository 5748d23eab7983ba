/** Streams of events, followed for as long as somebody can see the page. */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Milliseconds before connection number `failures` is tried. */
export function reconnectDelay(failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 10), LONGEST_WAIT_MS);
}

export type Connection = 'connecting' | 'live' | 'reconnecting';

export interface Follower {
  connection?: (state: Connection) => void;
  /** What happened between two connections was not heard; and without a stream it is looked for, each time that one is tried. */
  look: () => void;
  /** What to do at each kind of event, with its data. */
  events: Record<string, (data: string) => void>;
}

/** Keeps a stream open while the page can be seen, and returns how to end that. */
export function follow(address: string, follower: Follower): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    source = new EventSource(address);
    source.addEventListener('open', () => {
      failures = 0;
      follower.connection?.('live');
      follower.look();
    });
    for (const [kind, heard] of Object.entries(follower.events)) {
      source.addEventListener(kind, (event) => heard((event as MessageEvent<string>).data));
    }
    // Its own attempts to reconnect end for good at the first answer that is no stream.
    source.addEventListener('error', () => {
      close();
      follower.connection?.('reconnecting');
      if (failures > 0) follower.look();
      timer = setTimeout(open, reconnectDelay(failures));
      failures += 1;
    });
  };
  const onVisibility = () => (document.hidden ? close() : open());

  if (!document.hidden) open();
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
