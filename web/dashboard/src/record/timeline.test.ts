import { expect, it } from 'vitest';
import type { Entry } from '../../../api/dashboard';
import { newestFirst } from './timeline';

const entry = (seq: number | null, second: number) =>
  ({ seq, at: new Date(second * 1000).toISOString() }) as Entry;

it('the newest entry is first, and of one moment the one that was written last', () => {
  const entries = [entry(1, 10), entry(3, 30), entry(2, 30), entry(null, 30), entry(null, 40)];
  expect(newestFirst(entries).map(({ seq }) => seq)).toEqual([null, null, 3, 2, 1]);
  expect(entries[0]?.seq).toBe(1);
});
