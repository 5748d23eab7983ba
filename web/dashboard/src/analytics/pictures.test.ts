import { describe, expect, it } from 'vitest';
import type { Analytics } from '../../../api/dashboard';
import { changeOf, picturesOf } from './pictures';

function series(name: string, counts: number[], before = 0, meaning: string | null = null) {
  return { name, counts, before, meaning, total: counts.reduce((all, one) => all + one, 0) };
}

const ANALYTICS: Analytics = {
  step: 'day',
  zone: 'UTC',
  moments: ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z'],
  begins_before: '2026-10-30T00:00:00Z',
  series: [
    series('identifications.verified', [3, 5], 4),
    series('conversations.begun', [4, 4], 10),
    series('conversations.verified', [1, 3], 5),
    series('refusals.expired', [0, 7], 2, 'The token has expired.'),
    ...['a', 'b', 'c', 'd', 'e'].map((code, at) => series(`refusals.${code}`, [0, at + 1])),
  ],
  purchases: [
    {
      currency: 'EUR',
      counts: [0, 2],
      sums: [0, 20.5],
      count: 2,
      sum: 20.5,
      count_before: 1,
      sum_before: 10.25,
    },
  ],
};

function picture(id: string) {
  const found = picturesOf(ANALYTICS).find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
}

describe('pictures', () => {
  it('tell how many, and how it was before', () => {
    const { figures, layers } = picture('identifications');
    expect(figures).toEqual([
      { name: 'Verified', value: '8', change: '+100%', before: '4' },
      { name: 'Refused', value: '22', change: '+1,000%', before: '2' },
    ]);
    expect(layers.map(({ counts }) => counts)).toEqual([
      [3, 5],
      [0, 22],
    ]);
  });

  it('tell the share of conversations that were verified', () => {
    const { figures, layers } = picture('conversations');
    expect(figures[1]).toMatchObject({ name: 'Verified', value: '50%', before: '50%' });
    expect(layers.map(({ counts }) => counts)).toEqual([
      [1, 3],
      [3, 1],
    ]);
  });

  it('name the most frequent reasons, and add up the rest', () => {
    const { layers } = picture('refusals');
    expect(layers.map(({ name, total }) => [name, total])).toEqual([
      ['The token has expired.', 7],
      ['e', 5],
      ['d', 4],
      ['c', 3],
      ['b', 2],
      ['Other reasons', 1],
    ]);
  });

  it('tell money by its currency', () => {
    expect(picture('purchases').figures[0]).toMatchObject({ value: '€20.50', change: '+100%' });
    expect(picture('purchases').layers[0]?.name).toBe('orders in EUR');
  });

  it('compare with nothing where there was nothing', () => {
    expect(changeOf(5, 0)).toBeNull();
    expect(changeOf(0, 5)).toBe('-100%');
    expect(changeOf(5, 5)).toBe('0%');
  });
});
