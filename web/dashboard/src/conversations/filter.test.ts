import { expect, it } from 'vitest';
import { asked, countFolded, EVERYTHING, readFilter, writeFilter } from './filter';

it('is read from an address as it was written', () => {
  const filter = {
    ...EVERYTHING,
    show: 'mine',
    verified: 'true',
    from: '2026-11-01',
    to: '2026-11-30',
  } as const;
  expect(readFilter(writeFilter(filter))).toEqual(filter);
  expect(writeFilter(EVERYTHING)).toBe('');
  expect(countFolded(filter)).toBe(3);
});

it('is everything where an address makes no sense', () => {
  expect(readFilter('?show=nothing&verified=perhaps&from=yesterday&to=2026-99-99')).toEqual(
    EVERYTHING,
  );
});

it('asks for whole days, and for a colleague rather than for a view', () => {
  const filter = asked({ ...EVERYTHING, show: 'mine', assignee: 'op_1', from: '2026-11-01' });
  expect(filter).toEqual({
    assignee: 'op_1',
    since: new Date('2026-11-01T00:00:00').toISOString(),
  });
  const one = asked({ ...EVERYTHING, from: '2026-11-01', to: '2026-11-01' });
  expect(Date.parse(one.until ?? '') - Date.parse(one.since ?? '')).toBe(86_400_000);
  expect(asked(EVERYTHING)).toEqual({});
});
