import { expect, it } from 'vitest';
import { axisStep } from './words';

it('scales end at a round number that is high enough', () => {
  for (const [most, top] of [
    [0, 4],
    [4, 4],
    [5, 5],
    [7, 10],
    [10, 10],
    [11, 20],
    [480, 500],
    [501, 1000],
  ] as const) {
    expect(axisStep(most)).toBe(top);
  }
});
