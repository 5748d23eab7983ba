/** Looking again, every few seconds, while somebody can see it. */

import { useEffect } from 'preact/hooks';
import type { ApiError } from '../../api/client';

const EVERY_MS = 5_000;
const AT_MOST_MS = 60_000;

/** Runs `refresh` every `everyMs` while the page is visible, and at once when it becomes visible again. */
export function usePolling(
  refresh: () => Promise<ApiError | undefined>,
  everyMs: number = EVERY_MS,
): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let stopped = false;

    const plan = (error: ApiError | undefined) => {
      failures = error ? failures + 1 : 0;
      if (!stopped && !document.hidden) {
        timer = setTimeout(look, pollDelay(failures, error?.retryAfter ?? null, everyMs));
      }
    };
    const look = async () => plan(await refresh());
    const onVisibility = () => {
      clearTimeout(timer);
      if (!document.hidden) void look();
    };

    plan(undefined);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [refresh, everyMs]);
}

/** Milliseconds to the next look: longer after each failure, and never before `retryAfter`. */
export function pollDelay(
  failures: number,
  retryAfter: number | null,
  everyMs: number = EVERY_MS,
): number {
  const backedOff = Math.min(everyMs * 2 ** Math.min(failures, 10), AT_MOST_MS);
  return Math.max(backedOff, (retryAfter ?? 0) * 1000);
}
