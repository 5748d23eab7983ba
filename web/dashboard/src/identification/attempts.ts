/** What is known of recent identifications, kept up with events as they come. */

import type { Attempt, Identifications, Totals } from '../../../api/dashboard';

const KEPT = 100;

/** What was read, with what events brought that the service no longer lists. */
export function mergeIdentifications(
  held: Identifications | undefined,
  came: Identifications,
): Identifications {
  const attempts = newestFirst([...came.attempts, ...(held?.attempts ?? [])]);
  return { ...came, attempts };
}

/** With `attempt` counted and listed; one that is known already changes nothing. */
export function addAttempt(held: Identifications, attempt: Attempt): Identifications {
  if (held.attempts.some(({ request_id }) => request_id === attempt.request_id)) return held;
  const verified = attempt.outcome === 'verified';
  return {
    ...held,
    attempts: newestFirst([attempt, ...held.attempts]),
    totals: withOneMore(held.totals, attempt),
    verified_ever: held.verified_ever || verified,
    first_verified: held.first_verified ?? (verified && !held.verified_ever ? attempt : null),
  };
}

/** Refused attempts that came after the latest verified one, newest first. */
export function refusedSinceVerified(attempts: readonly Attempt[]): Attempt[] {
  const verified = attempts.findIndex(({ outcome }) => outcome === 'verified');
  const since = verified < 0 ? attempts : attempts.slice(0, verified);
  return since.filter(({ outcome }) => outcome === 'refused');
}

/** `attempts` without those that have the reason of a newer one. */
export function oneOfEachReason(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(
    (one, at) => attempts.findIndex(({ reason }) => reason === one.reason) === at,
  );
}

function withOneMore(totals: Totals, { outcome, reason, message, remedy }: Attempt): Totals {
  if (outcome === 'verified') return { ...totals, verified: totals.verified + 1 };
  if (outcome !== 'refused' || reason === null) return totals;
  const known = totals.by_reason.some((one) => one.reason === reason);
  const first = { reason, message: message ?? reason, remedy: remedy ?? '', count: 1 };
  const by_reason = known
    ? totals.by_reason.map((one) =>
        one.reason === reason ? { ...one, count: one.count + 1 } : one,
      )
    : [...totals.by_reason, first];
  return { ...totals, refused: totals.refused + 1, by_reason };
}

function newestFirst(attempts: readonly Attempt[]): Attempt[] {
  const unique = new Map<string, Attempt>();
  for (const one of attempts) {
    if (!unique.has(one.request_id)) unique.set(one.request_id, one);
  }
  return [...unique.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, KEPT);
}
