import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, call, onSignInRequired, retryAfterSeconds } from './client';

const NOW = Date.parse('2026-11-22T12:00:00Z');

/** Answers the next call, and keeps what was asked. */
function answerWith(response: Response | Error) {
  const fetch = vi.fn(async (_address: string, _init: RequestInit) => {
    if (response instanceof Error) throw response;
    return response;
  });
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return new Response(JSON.stringify(body), { status, headers });
}

async function failureOf(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

afterEach(() => {
  vi.unstubAllGlobals();
  onSignInRequired(() => {});
});

describe('call', () => {
  it('returns what the service answered', async () => {
    const fetch = answerWith(json(200, { chats: [] }));
    expect(await call('GET', '/chats')).toEqual({ chats: [] });
    const [address, init] = fetch.mock.calls[0] ?? [];
    expect(address).toBe('/api/v1/chats');
    expect(init).toMatchObject({ method: 'GET', credentials: 'same-origin' });
    expect(init?.body).toBeUndefined();
  });

  it('names its type on every write, also without a body', async () => {
    const fetch = answerWith(new Response(null, { status: 204 }));
    expect(await call('DELETE', '/session')).toBeUndefined();
    expect(fetch.mock.calls[0]?.[1].headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it('carries the code, the message and the wait of a refusal', async () => {
    const body = { error: { code: 'rate_limited', message: 'Slow down.' } };
    answerWith(json(429, body, { 'retry-after': '42' }));
    const error = await failureOf(call('POST', '/session', { body: {} }));
    expect(error).toMatchObject({
      status: 429,
      code: 'rate_limited',
      message: 'Slow down.',
      retryAfter: 42,
    });
  });

  it('makes do with the error page of a proxy', async () => {
    answerWith(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    const error = await failureOf(call('GET', '/chats'));
    expect(error).toMatchObject({ status: 502, code: 'unreadable', retryAfter: null });
  });

  it('refuses a success that is not JSON', async () => {
    answerWith(new Response('<!doctype html>'));
    expect(await failureOf(call('GET', '/chats'))).toMatchObject({ code: 'unreadable' });
  });

  it('tells an unreachable service from one that refuses', async () => {
    answerWith(new TypeError('Failed to fetch'));
    expect(await failureOf(call('GET', '/chats'))).toMatchObject({
      status: 0,
      code: 'unreachable',
    });
  });

  it('passes on that the caller gave up', async () => {
    const aborted = new DOMException('gone', 'AbortError');
    answerWith(aborted);
    const signal = AbortSignal.abort();
    await expect(call('GET', '/chats', { signal })).rejects.toBe(aborted);
  });

  it('tells when nobody is signed in, and only then', async () => {
    const listener = vi.fn();
    onSignInRequired(listener);
    answerWith(json(401, { error: { code: 'wrong_credentials', message: '' } }));
    await failureOf(call('POST', '/session', { body: {} }));
    expect(listener).not.toHaveBeenCalled();
    answerWith(json(401, { error: { code: 'sign_in_required', message: '' } }));
    await failureOf(call('GET', '/chats'));
    expect(listener).toHaveBeenCalledOnce();
  });
});

describe('retryAfterSeconds', () => {
  it.each([
    [null, null],
    ['', null],
    ['soon', null],
    ['7', 7],
    ['0', 0],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ])('reads %j as %j', (header, seconds) => {
    expect(retryAfterSeconds(header, NOW)).toBe(seconds);
  });
});
