import { describe, expect, it } from 'vitest';
import type { KnowledgeSource } from '../../../api/dashboard';
import { isBusy, kindOf, progressOf, size } from './words';

const SITEMAP: KnowledgeSource = {
  id: 'know_1',
  kind: 'sitemap',
  name: 'https://shop.example/sitemap.xml',
  url: 'https://shop.example/sitemap.xml',
  state: 'running',
  note: null,
  found: 1200,
  read: 30,
  failed: 0,
  passages: 61,
  bytes: 1000,
  created_at: '2027-01-01T00:00:00Z',
  changed_at: '2027-01-01T00:00:00Z',
};

describe('how far a source is', () => {
  const check = (change: Partial<KnowledgeSource>, expected: string) =>
    expect(progressOf({ ...SITEMAP, ...change })).toBe(expected);

  it('is said while it is read and after', () => {
    check({ state: 'waiting', found: 0 }, 'Waiting to be read');
    check({ found: 0, read: 0 }, 'Looking for pages…');
    check({}, '30 of 1,200 pages read');
    check({ failed: 2 }, '30 of 1,200 pages read, 2 failed');
    check({ state: 'done', found: 30 }, '30 of 30 pages read, 61 passages');
    check({ state: 'done', found: 1, read: 1, passages: 1 }, '1 of 1 page read, 1 passage');
    check({ state: 'stopped' }, 'Stopped: 30 of 1,200 pages read');
    check({ state: 'failed', passages: 0 }, 'Failed');
    check({ state: 'failed' }, 'Failed: 30 of 1,200 pages read; 61 passages from before');
    check({ kind: 'text', url: null, state: 'done', found: 1, read: 1, passages: 3 }, '3 passages');
  });

  it('is asked for again only while it changes', () => {
    expect(isBusy(SITEMAP)).toBe(true);
    expect(isBusy({ ...SITEMAP, state: 'waiting' })).toBe(true);
    expect(isBusy({ ...SITEMAP, state: 'done' })).toBe(false);
  });

  it('has a kind and a size', () => {
    expect(kindOf(SITEMAP)).toBe('Sitemap');
    expect(size(0)).toBe('0 KB');
    expect(size(1_500)).toBe('2 KB');
    expect(size(1_440_000)).toBe('1.4 MB');
  });
});
