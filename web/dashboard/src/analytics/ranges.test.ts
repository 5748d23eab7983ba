import { describe, expect, it } from 'vitest';
import { type Chosen, problemOf, queryOf } from './ranges';

const NOW = new Date(2026, 10, 30, 10, 20);

function asked(chosen: Chosen) {
  const query = queryOf(chosen, NOW, 'Europe/Berlin');
  return query === null ? null : Object.fromEntries(new URLSearchParams(query));
}

describe('a time that was chosen', () => {
  it('is the last days of the calendar, or the last 24 hours', () => {
    expect(asked({ kind: '7d' })).toEqual({
      zone: 'Europe/Berlin',
      from: '2026-11-24',
      to: '2026-11-30',
    });
    expect(asked({ kind: '90d' })?.from).toBe('2026-09-02');
    const day = asked({ kind: '24h' });
    expect(Date.parse(day?.to ?? '') - Date.parse(day?.from ?? '')).toBe(86_400_000);
    expect(Date.parse(day?.to ?? '') % 3_600_000).toBe(0);
  });

  it('is any days, and none where they are not right', () => {
    expect(asked({ kind: 'custom', from: '2026-01-01', to: '2026-01-31' })?.to).toBe('2026-01-31');
    expect(asked({ kind: 'custom', from: '', to: '2026-01-31' })).toBeNull();
    expect(problemOf({ from: '2026-02-01', to: '2026-01-31' })).toBe('order');
    expect(problemOf({ from: '2025-10-27', to: '2026-11-30' })).toBeNull();
    expect(problemOf({ from: '2025-10-26', to: '2026-11-30' })).toBe('length');
  });
});
