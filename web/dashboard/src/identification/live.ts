/** Recent identifications, live. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../../../api/client';
import {
  type Attempt,
  type Identifications,
  identificationEvents,
  type PageAlert,
  readIdentifications,
} from '../../../api/dashboard';
import { useMergedResource } from '../resource';
import { addAttempt, mergeIdentifications } from './attempts';

/** Totals are of a day that moves on, so they are read anew now and then. */
const READ_ANEW_MS = 60_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export type Connection = 'connecting' | 'live' | 'reconnecting';

export interface Live {
  value: Identifications | undefined;
  error: ApiError | undefined;
  connection: Connection;
  reload: () => Promise<ApiError | undefined>;
  setAlerts: (alerts: PageAlert[]) => void;
}

/** `onAttempt` hears of each attempt that comes while somebody looks. Nothing is read for `null`. */
export function useLive(chatId: string | null, onAttempt: () => void): Live {
  const { value, error, reload, update } = useMergedResource(
    chatId === null ? null : `identifications ${chatId}`,
    (signal) => readIdentifications(chatId ?? '', signal),
    mergeIdentifications,
  );
  const [connection, setConnection] = useState<Connection>('connecting');
  const heard = useRef(onAttempt);
  heard.current = onAttempt;

  useEffect(() => {
    if (chatId === null) return;
    const received = (attempt: Attempt) => {
      update((held) => (held ? addAttempt(held, attempt) : fromEvent(attempt)));
      heard.current();
    };
    const stop = follow(identificationEvents(chatId), {
      connection: setConnection,
      // What happened between two connections was not heard.
      opened: () => void reload(),
      // Without a stream it is looked for, each time that one is tried.
      refused: () => void reload(),
      attempt: received,
      alert: () => void reload(),
    });
    const timer = setInterval(() => !document.hidden && void reload(), READ_ANEW_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [chatId, reload, update]);

  const setAlerts = (alerts: PageAlert[]) => {
    if (value) update((held) => ({ ...(held ?? value), alerts }));
  };
  return { value, error, connection, reload, setAlerts };
}

/** Milliseconds before connection number `failures` is tried. */
export function reconnectDelay(failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 10), LONGEST_WAIT_MS);
}

interface Listener {
  connection: (state: Connection) => void;
  opened: () => void;
  refused: () => void;
  attempt: (attempt: Attempt) => void;
  alert: () => void;
}

/** Keeps a stream open while the page can be seen, and returns how to end that. */
function follow(address: string, listener: Listener): () => void {
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
      listener.connection('live');
      listener.opened();
    });
    source.addEventListener('attempt', (event) => {
      const attempt = readAttempt(event.data);
      if (attempt) listener.attempt(attempt);
    });
    source.addEventListener('alert', () => listener.alert());
    // Its own attempts to reconnect end for good at the first answer that is no stream.
    source.addEventListener('error', () => {
      close();
      listener.connection('reconnecting');
      if (failures > 0) listener.refused();
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

function readAttempt(data: string): Attempt | null {
  try {
    return JSON.parse(data) as Attempt;
  } catch {
    return null;
  }
}

/** For an event that overtook the first answer, which takes this one's place. */
function fromEvent(attempt: Attempt): Identifications {
  const totals = { hours: 24, verified: 0, refused: 0, by_reason: [] };
  const nothing = { attempts: [], totals, verified_ever: false, first_verified: null, alerts: [] };
  return addAttempt(nothing, attempt);
}
