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
import { type Connection, follow } from '../following';
import { useMergedResource } from '../resource';
import { addAttempt, mergeIdentifications } from './attempts';

/** Totals are of a day that moves on, so they are read anew now and then. */
const READ_ANEW_MS = 60_000;

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
    const attempt = (data: string) => {
      const attempt = readAttempt(data);
      if (!attempt) return;
      update((held) => (held ? addAttempt(held, attempt) : fromEvent(attempt)));
      heard.current();
    };
    const look = () => void reload();
    const stop = follow(identificationEvents(chatId), {
      connection: setConnection,
      look,
      events: { attempt, alert: look, page: look },
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
  const nothing = {
    attempts: [],
    totals,
    verified_ever: false,
    first_verified: null,
    alerts: [],
    pages: [],
  };
  return addAttempt(nothing, attempt);
}
