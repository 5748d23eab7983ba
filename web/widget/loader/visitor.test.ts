import { beforeEach, describe, expect, it } from 'vitest';
import { createStore } from './storage.ts';
import { createVisitor } from './visitor.ts';

const JWT = 'e30.eyJlbWFpbCI6ImFAeC5jb20ifQ.c2ln';
const open = () => createVisitor(createStore(() => localStorage));

beforeEach(() => localStorage.clear());

describe('an identity that lapses', () => {
  it('is noticed once, and ends the cache', async () => {
    const visitor = open();
    await visitor.identified(JWT, null);
    expect(visitor.lapsed(true)).toBe(false);
    expect(visitor.lapsed(false)).toBe(true);
    expect(visitor.lapsed(false)).toBe(false);
    expect(await visitor.knows(JWT)).toBe(false);
  });

  it('is noticed on a page that knows of it from storage only', async () => {
    await open().identified(JWT, null);
    expect(open().lapsed(false)).toBe(true);
  });

  it('is noticed after the cache has ended', () => {
    const visitor = open();
    visitor.lapsed(true);
    expect(visitor.lapsed(false)).toBe(true);
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
    await visitor.identified(JWT, null);
    expect(visitor.left()).toBe(false);
  });

  it('is not asked back in another tab either', async () => {
    const here = open();
    const there = open();
    await here.identified(JWT, 'new-token-of-the-service_0123456789');
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
  const visitor = createVisitor({
    get: (key) => localStorage.getItem(key),
    set: (key, value) => {
      localStorage.setItem(key, value);
      seen.push(localStorage.getItem('visitor_token'));
    },
    remove: (key) => {
      localStorage.removeItem(key);
      if (seen.length) seen.push(localStorage.getItem('visitor_token'));
    },
  });
  await visitor.identified(JWT, 'new-token-of-the-service_0123456789');
  visitor.become();
  visitor.leave();
  expect(seen).not.toContain(null);
});
