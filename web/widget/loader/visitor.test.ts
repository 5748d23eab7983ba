import { beforeEach, describe, expect, it } from 'vitest';
import { createStore } from './storage.ts';
import { createVisitor, type Memory } from './visitor.ts';

const JWT = 'e30.eyJlbWFpbCI6ImFAeC5jb20ifQ.c2ln';
const NEW_TOKEN = 'new-token-of-the-service_0123456789';
/** Remembers nothing. */
const memory: Memory = async (use) => use({ recalls: async () => false, remember: async () => {} });
const open = () =>
  createVisitor(
    createStore(() => localStorage),
    memory,
  );
const headers = (token: string | null, lasts?: number) => (name: string) =>
  new Map([
    ['Zipchat-Visitor-Token', token],
    ['Zipchat-Identity-Expires-In', lasts === undefined ? null : `${lasts}`],
  ]).get(name) ?? null;

beforeEach(() => localStorage.clear());

describe('an identity that lapses', () => {
  it('is noticed once, and ends the cache', async () => {
    const visitor = open();
    visitor.identified(JWT, headers(null));
    expect(visitor.lapsed(true)).toBe(false);
    expect(visitor.lapsed(false)).toBe(true);
    expect(visitor.lapsed(false)).toBe(false);
    expect(await visitor.knows(JWT)).toBe(false);
  });

  it('is noticed on a page that knows of it from storage only', async () => {
    open().identified(JWT, headers(null));
    expect(open().lapsed(false)).toBe(true);
  });

  it('is noticed after the cache has ended', () => {
    const visitor = open();
    visitor.lapsed(true);
    expect(visitor.lapsed(false)).toBe(true);
  });

  it('is noticed after the cache has ended on a page that knows when it would', () => {
    open().identified(JWT, headers(null, 7200));
    localStorage.removeItem('zipchat_identified_visitor_token');
    expect(open().lapsed(false)).toBe(true);
  });

  it('is remembered with its time, until that has passed', () => {
    const before = Date.now();
    open().identified(JWT, headers(NEW_TOKEN, 7200));
    const next = open();
    expect(next.lapsesAt() - before - 7_200_000).toBeGreaterThanOrEqual(0);
    expect(next.lapsesAt() - before - 7_200_000).toBeLessThan(1000);
    localStorage.setItem('zipchat_identity_lapses_at', `${before - 1}`);
    expect(open().lapsesAt()).toBe(0);
    // The page was asked at its start; once is enough.
    expect(open().lapsed(false)).toBe(false);
  });

  it.each(['', 'soon', 'NaN', '{}'])('has no known time where %j is stored', (value) => {
    localStorage.setItem('zipchat_identity_lapses_at', value);
    expect(open().lapsesAt()).toBe(0);
  });

  it('leaves no time behind with the visitor who had it', () => {
    const visitor = open();
    visitor.identified(JWT, headers(NEW_TOKEN, 7200));
    visitor.leave();
    expect(Object.keys(localStorage)).toEqual(['visitor_token']);
  });

  it('is none for a visitor who never had one', () => {
    expect(open().lapsed(false)).toBe(false);
  });
});

describe('a customer who has left', () => {
  it('is not asked back in this page, until identified again', async () => {
    const visitor = open();
    visitor.leave();
    visitor.become();
    expect(visitor.left()).toBe(true);
    visitor.identified(JWT, headers(null));
    expect(visitor.left()).toBe(false);
  });

  it('is not asked back in another tab either', async () => {
    const here = open();
    const there = open();
    here.identified(JWT, headers(NEW_TOKEN));
    there.sync();
    expect(there.left()).toBe(false);
    here.leave();
    expect(there.sync()).toBe(true);
    expect(there.left()).toBe(true);
    expect(there.token()).toBe(here.token());
  });

  it('may be asked by the next page', () => {
    open().leave();
    expect(open().left()).toBe(false);
  });
});

it('storage holds the token at every moment for other tabs to find', async () => {
  const seen: (string | null)[] = [];
  const visitor = createVisitor(
    {
      get: (key) => localStorage.getItem(key),
      set: (key, value) => {
        localStorage.setItem(key, value);
        seen.push(localStorage.getItem('visitor_token'));
      },
      remove: (key) => {
        localStorage.removeItem(key);
        if (seen.length) seen.push(localStorage.getItem('visitor_token'));
      },
    },
    memory,
  );
  visitor.identified(JWT, headers(NEW_TOKEN));
  visitor.become();
  visitor.leave();
  expect(seen).not.toContain(null);
});
