import { expect, it } from 'vitest';
import { pollDelay } from './polling';

it('looks again after five seconds while all is well', () => {
  expect(pollDelay(0, null)).toBe(5_000);
});

it('waits longer after each failure, up to a minute', () => {
  expect([1, 2, 3, 4, 50].map((failures) => pollDelay(failures, null))).toEqual([
    10_000, 20_000, 40_000, 60_000, 60_000,
  ]);
});

it('never looks before the service said', () => {
  expect(pollDelay(1, 90)).toBe(90_000);
  expect(pollDelay(1, 2)).toBe(10_000);
});
