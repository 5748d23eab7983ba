/** How far a shop has come on its way to the first identified customer: by what really happened, not by what was clicked. */

import type { Identification, Identifications } from '../../../api/dashboard';

export type StepName = 'key' | 'sign' | 'paste' | 'token' | 'verified';

const STEPS: readonly StepName[] = ['key', 'sign', 'paste', 'token', 'verified'];

export interface Way {
  done: Readonly<Record<StepName, boolean>>;
  /** The first that is not done; null where all are. */
  current: StepName | null;
}

/** `seen` is undefined while it is not known yet what came. */
export function wayOf(identification: Identification, seen: Identifications | undefined): Way {
  const attempts = seen?.attempts ?? [];
  const verified = seen?.verified_ever ?? false;
  const came = verified || attempts.length > 0;
  // Members are told of no keys: what is active has had one, or the address of some.
  const untold = identification.keys.length === 0 && identification.jwks === null;
  const done = {
    key: identification.active && (untold || identification.keys.some(({ verifies }) => verifies)),
    // A token that one of the chat's keys signed, whatever else was wrong with it.
    sign: verified || attempts.some(({ kid }) => kid !== null),
    paste: came || (seen?.pages.length ?? 0) > 0,
    token: came,
    verified,
  };
  return { done, current: STEPS.find((step) => !done[step]) ?? null };
}
