/** Something that an operator sets off: once at a time, and with its error beside it. */

import { useState } from 'preact/hooks';
import { ApiError } from '../../api/client';
import { explain } from './explain';

export interface Action {
  busy: boolean;
  error: ApiError | null;
  /** Whether `work` was done. */
  run: (work: () => Promise<void>) => Promise<boolean>;
  forgetError: () => void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run, forgetError: () => setError(null) };
}

/** What went wrong, in the place where it is read out. */
export function ActionError({ error }: { error: ApiError | null }) {
  return (
    <div role="alert">
      {error && (
        <p class="field-error">
          {explain(error).title}. {explain(error).advice}
        </p>
      )}
    </div>
  );
}
