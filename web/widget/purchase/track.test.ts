// @vitest-environment node

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const source = readFileSync(fileURLToPath(new URL('track.js', import.meta.url)), 'utf8');
const ADDRESS = 'https://chat.example/widget/track_zipchat_purchase.js?id=abcdefghij0123456789';
const ORDER = {
  order_id: '1001',
  order_total: 12.5,
  currency: 'EUR',
  line_items: [{ id: 'tea', title: 'Tea', price: 6.25, quantity: 2 }],
};

type Track = (order: unknown) => Promise<boolean>;

/** Runs the script as a page does that loads it from `src`. */
function load(src: string): Track {
  const page: { trackZipchatPurchase?: Track } = {};
  const body = new Function('document', 'window', 'localStorage', 'fetch', 'console', source);
  body({ currentScript: { src } }, page, storage, call, { error });
  return page.trackZipchatPurchase as Track;
}

const storage = { getItem: (name: string) => (name === 'visitor_token' ? token : null) };
const call = vi.fn();
const error = vi.fn();
let token: string | null = 'a-visitor-token-of-20';

beforeEach(() => {
  vi.useFakeTimers();
  token = 'a-visitor-token-of-20';
});

afterEach(() => {
  vi.useRealTimers();
  vi.resetAllMocks();
});

describe('the purchase pixel', () => {
  it('sends an order with the visitor token of the page', async () => {
    call.mockResolvedValue({ status: 201 });
    expect(await load(ADDRESS)(ORDER)).toBe(true);
    const [url, request] = call.mock.calls[0] as [string, RequestInit];
    expect(url).toBe('https://chat.example/widget/abcdefghij0123456789/purchases');
    expect(request).toMatchObject({ method: 'POST', credentials: 'omit', keepalive: true });
    expect(request.headers).toEqual({ authorization: `Bearer ${token}` });
    expect(JSON.parse(request.body as string)).toEqual(ORDER);
    expect(error).not.toHaveBeenCalled();
  });

  it('tries again where the service is away, and an order counts once', async () => {
    call.mockRejectedValueOnce(new TypeError()).mockResolvedValueOnce({ status: 503 });
    call.mockResolvedValueOnce({ status: 200 });
    const counted = load(ADDRESS)(ORDER);
    await vi.runAllTimersAsync();
    expect(await counted).toBe(true);
    expect(call).toHaveBeenCalledTimes(3);
  });

  it('says in the console what is wrong, and never throws', async () => {
    call.mockResolvedValue({ status: 422 });
    expect(await load(ADDRESS)({})).toBe(false);
    expect(call).toHaveBeenCalledTimes(1);
    const round: { self?: unknown } = {};
    round.self = round;
    expect(await load(ADDRESS)(round)).toBe(false);
    expect(error).toHaveBeenCalledTimes(2);
  });

  it('is silent where nobody has opened the chat', async () => {
    token = null;
    expect(await load(ADDRESS)(ORDER)).toBe(false);
    expect(call).not.toHaveBeenCalled();
  });

  it('needs its own address', () => {
    expect(load('https://chat.example/widget/track_zipchat_purchase.js')).toBeUndefined();
    expect(error).toHaveBeenCalledTimes(1);
  });
});
