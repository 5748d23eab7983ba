import { beforeEach, describe, expect, it, vi } from 'vitest';
import { guardLeaving, matchPath, navigate, place, safeReturn } from './router';

describe('matchPath', () => {
  const CONVERSATIONS = '/chats/:chat/conversations/:conversation?';

  it.each([
    ['/', '/', {}],
    ['/login', '/login/', {}],
    [CONVERSATIONS, '/chats/chat_1/conversations', { chat: 'chat_1' }],
    [
      CONVERSATIONS,
      '/chats/chat_1/conversations/conv_2',
      { chat: 'chat_1', conversation: 'conv_2' },
    ],
    [CONVERSATIONS, '/chats/a%2Fb/conversations', { chat: 'a/b' }],
  ])('%s matches %s', (pattern, path, params) => {
    expect(matchPath(pattern, path)).toEqual(params);
  });

  it.each([
    ['/', '/login'],
    ['/login', '/'],
    [CONVERSATIONS, '/chats/chat_1'],
    [CONVERSATIONS, '/chats/chat_1/integrations'],
    [CONVERSATIONS, '/chats/chat_1/conversations/conv_2/more'],
    [CONVERSATIONS, '/chats/%E0%A4%A/conversations'],
  ])('%s does not match %s', (pattern, path) => {
    expect(matchPath(pattern, path)).toBeNull();
  });
});

it.each([
  [null, '/'],
  ['', '/'],
  ['/chats/chat_1/integrations', '/chats/chat_1/integrations'],
  ['/chats/chat_1/conversations?x=1', '/chats/chat_1/conversations?x=1'],
  ['/login?to=/', '/'],
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example/', '/'],
  ['/\t/evil.example/', '/'],
  ['javascript:alert(1)', '/'],
])('after signing in, %j leads to %j', (to, path) => {
  expect(safeReturn(to)).toBe(path);
});

describe('a page that asks before it is left', () => {
  beforeEach(() => navigate('/start', 'replace'));

  it('is stayed on until it agrees', async () => {
    const ask = vi.fn(async () => false);
    const release = guardLeaving(ask);
    await navigate('/elsewhere');
    expect(ask).toHaveBeenCalledOnce();
    expect(place.value.path).toBe('/start');
    release();
    await navigate('/elsewhere');
    expect(place.value.path).toBe('/elsewhere');
  });

  it('is asked once', async () => {
    const ask = vi.fn(async () => true);
    guardLeaving(ask);
    await navigate('/one');
    await navigate('/two');
    expect(ask).toHaveBeenCalledOnce();
    expect(place.value.path).toBe('/two');
  });
});
