import { expect, it } from 'vitest';
import type { Attempt, Identifications } from '../../../api/dashboard';
import { reconnectDelay } from '../following';
import {
  addAttempt,
  mergeIdentifications,
  oneOfEachReason,
  refusedSinceVerified,
} from './attempts';

const NOTHING: Identifications = {
  attempts: [],
  totals: { hours: 24, verified: 0, refused: 0, by_reason: [] },
  verified_ever: false,
  first_verified: null,
  alerts: [],
  pages: [],
};

function attempt(id: number, reason: string | null = null): Attempt {
  return {
    request_id: `r${id}`,
    at: new Date(id * 1000).toISOString(),
    outcome: reason ? 'refused' : 'verified',
    reason,
    message: reason && `It was ${reason}.`,
    detail: null,
    remedy: reason && 'Mend it.',
    kid: null,
    origin: null,
    warnings: [],
    customer: null,
  };
}

const ids = ({ attempts }: Identifications) => attempts.map(({ request_id }) => request_id);

it('the newest attempt is first, and each is listed once', () => {
  const after = [attempt(2), attempt(1), attempt(2), attempt(3)].reduce(addAttempt, NOTHING);
  expect(ids(after)).toEqual(['r3', 'r2', 'r1']);
  expect(after.totals.verified).toBe(3);
});

it('the first verified attempt is remembered, later ones do not replace it', () => {
  const after = [attempt(1, 'expired'), attempt(2), attempt(3)].reduce(addAttempt, NOTHING);
  expect(after.verified_ever).toBe(true);
  expect(after.first_verified?.request_id).toBe('r2');
});

it('refusals are counted by reason', () => {
  const three = [attempt(1, 'expired'), attempt(2, 'wrong_key'), attempt(3, 'expired')];
  const { totals } = three.reduce(addAttempt, NOTHING);
  expect(totals.refused).toBe(3);
  expect(totals.by_reason).toMatchObject([
    { reason: 'expired', count: 2, message: 'It was expired.', remedy: 'Mend it.' },
    { reason: 'wrong_key', count: 1 },
  ]);
});

it('attempts that were turned away unread are listed and not counted as refused', () => {
  const after = addAttempt(NOTHING, { ...attempt(1, 'x'), outcome: 'limited' });
  expect(ids(after)).toEqual(['r1']);
  expect(after.totals.refused).toBe(0);
});

it('an answer joins what events brought before it, and its totals count', () => {
  const held = addAttempt(NOTHING, attempt(5));
  const came = { ...NOTHING, attempts: [attempt(4)], totals: { ...NOTHING.totals, verified: 7 } };
  const merged = mergeIdentifications(held, came);
  expect(ids(merged)).toEqual(['r5', 'r4']);
  expect(merged.totals.verified).toBe(7);
});

it('a hundred are kept', () => {
  const many = Array.from({ length: 130 }, (_, at) => attempt(at + 1));
  expect(many.reduce(addAttempt, NOTHING).attempts).toHaveLength(100);
});

it('what is refused since the latest success is told once a reason', () => {
  const attempts = [
    attempt(5, 'expired'),
    attempt(4, 'expired'),
    attempt(3, 'quoted'),
    attempt(2),
    attempt(1, 'milliseconds'),
  ];
  const since = refusedSinceVerified(attempts);
  expect(since.map(({ reason }) => reason)).toEqual(['expired', 'expired', 'quoted']);
  expect(oneOfEachReason(since).map(({ request_id }) => request_id)).toEqual(['r5', 'r3']);
});

it('connections are tried less and less often, and at least twice a minute', () => {
  expect([0, 1, 2, 5, 500].map(reconnectDelay)).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]);
});
