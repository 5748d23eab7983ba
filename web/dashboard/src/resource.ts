/** What a page reads from the service: kept while it is fetched anew, and between pages. */

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../api/client';

export interface Resource<T> {
  value: T | undefined;
  /** Why the latest attempt failed; `value` may still hold what an earlier one brought. */
  error: ApiError | undefined;
  /** Fetches again. Resolves when that is done, to the error if there was one. */
  reload: () => Promise<ApiError | undefined>;
  update: (next: (held: T | undefined) => T) => void;
}

type Load<Came> = (signal: AbortSignal) => Promise<Came>;
/** Joins what is held with what came, so that unchanged parts keep their identity. */
type Merge<T, Came> = (held: T | undefined, came: Came) => T;

interface Held<T> {
  key: string | null;
  value: T | undefined;
  error: ApiError | undefined;
}

const remembered = new Map<string, unknown>();

/** Drops everything that was kept between pages. */
export function forgetResources(): void {
  remembered.clear();
}

/** As `useState`, and still there when the page is entered again. */
export function useRemembered<T>(key: string, initial: T): [T, (next: T) => void] {
  const [value, setValue] = useState(() => (remembered.get(key) as T | undefined) ?? initial);
  const change = (next: T) => {
    remembered.set(key, next);
    setValue(next);
  };
  return [value, change];
}

/** The answer of `load`, fetched whenever `key` changes; nothing is fetched for `null`. */
export function useResource<T>(key: string | null, load: Load<T>): Resource<T> {
  return useMergedResource(key, load, replace);
}

/** As `useResource`, with a say in how an answer joins the one before it. */
export function useMergedResource<T, Came>(
  key: string | null,
  load: Load<Came>,
  merge: Merge<T, Came>,
): Resource<T> {
  const [state, setState] = useState<Held<T>>(() => recall(key));
  // Another key's value is never shown, not even for the one render before the effect runs.
  const held = state.key === key ? state : recall<T>(key);
  const flight = useRef<AbortController | null>(null);
  const latest = useRef({ key, load, merge });
  useLayoutEffect(() => {
    latest.current = { key, load, merge };
  });

  const change = useCallback(
    (next: (before: Held<T>) => Held<T>) => {
      const after = next(recall(key));
      if (key !== null && after.value !== undefined) remembered.set(key, after.value);
      if (latest.current.key === key) setState(after);
    },
    [key],
  );

  const update = useCallback(
    (next: (held: T | undefined) => T) => {
      change(({ value }) => ({ key, value: next(value), error: undefined }));
    },
    [key, change],
  );

  const reload = useCallback(async () => {
    flight.current?.abort();
    const mine = new AbortController();
    flight.current = mine;
    try {
      const came = await latest.current.load(mine.signal);
      if (!mine.signal.aborted) update((before) => latest.current.merge(before, came));
      return undefined;
    } catch (error) {
      if (mine.signal.aborted) return undefined;
      if (!(error instanceof ApiError)) throw error;
      const gone = error.status === 404;
      if (gone && key !== null) remembered.delete(key);
      change((before) => ({ ...before, value: gone ? undefined : before.value, error }));
      return error;
    }
  }, [key, change, update]);

  useEffect(() => {
    if (key !== null) void reload();
    return () => flight.current?.abort();
  }, [key, reload]);

  return { value: held.value, error: held.error, reload, update };
}

function replace<T>(_held: T | undefined, came: T): T {
  return came;
}

function recall<T>(key: string | null): Held<T> {
  const value = key === null ? undefined : (remembered.get(key) as T | undefined);
  return { key, value, error: undefined };
}
