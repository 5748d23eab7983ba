import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Zipchat } from './sdk.ts';

const ID = 'AbCdEfGhIjKlMnOpQrSt';
const HOST = 'https://chat.example.com';
const HOUR = 3_600_000;
const CACHE = 'zipchat_identified_visitor_token';
const NEW_TOKEN = 'new-token-of-the-service_0123456789';
const SUCCESS = 'Customer identified successfully';
const NOT_A_STRING = 'Zipchat.identify: JWT must be a non-empty string';
const NOT_READY =
  'Zipchat.identify: Not ready to identify. Wait for "zipchat:ready-to-identify" event or check Zipchat.isReadyToIdentify()';

type Answer = Response | Error | Promise<Response>;
let answers: Answer[] = [];
const calls: { url: string; init: RequestInit }[] = [];
const log = vi.spyOn(console, 'log').mockImplementation(() => {});
const error = vi.spyOn(console, 'error').mockImplementation(() => {});
const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
let announced = 0;
const listeners: [string, EventListenerOrEventListenerObject][] = [];
const observers: MutationObserver[] = [];
const { setTimeout: realTimeout } = globalThis;
const storage = Object.getOwnPropertyDescriptor(window, 'localStorage');

const add = window.addEventListener.bind(window);
vi.spyOn(window, 'addEventListener').mockImplementation((type: string, listener: unknown) => {
  listeners.push([type, listener as EventListener]);
  add(type, listener as EventListener);
});

/** Fetched code, which only browsers can import by its address. */
let code: Record<string, () => Promise<unknown>> = {};
vi.mock('./code.ts', () => ({
  fetchCode: (address: string) => {
    const file = new URL(address).pathname.split('/').at(-1) ?? '';
    return code[file]?.() ?? Promise.reject(new TypeError('Failed to fetch'));
  },
}));

/** Runs the loader as a script of the page. */
async function load(src = `${HOST}/widget/zipchat.js?id=${ID}`): Promise<Zipchat> {
  vi.resetModules();
  const script = document.createElement('script');
  Object.defineProperty(script, 'src', { value: src });
  Object.defineProperty(document, 'currentScript', { value: script, configurable: true });
  await import('./sdk.ts');
  return zipchat();
}

function zipchat(): Zipchat {
  if (!window.Zipchat) throw new Error('the loader left no window.Zipchat');
  return window.Zipchat;
}

const ok = (token?: string, lasts?: number) =>
  new Response('{"success": true}', {
    status: 200,
    headers: {
      ...(token ? { 'Zipchat-Visitor-Token': token } : {}),
      ...(lasts ? { 'Zipchat-Identity-Expires-In': `${lasts}` } : {}),
    },
  });
const refusal = () => new Response('{"success": false}', { status: 422 });
const failure = (status: number, retryAfter?: string) =>
  new Response('{"success": false}', {
    status,
    headers: retryAfter ? { 'Retry-After': retryAfter } : {},
  });

const encode = (value: unknown) =>
  btoa(JSON.stringify(value)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
const token = (claims: object) => `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`;
const ada = (iat = 1) => token({ email: 'ada@example.com', iat, exp: iat + 3600 });

const bodyOf = (call: number) => JSON.parse(String(calls[call]?.init.body));
const stored = () => window.localStorage.getItem('visitor_token');

/** Waits in real time, whatever the clock of the test says. */
async function until(condition: () => boolean) {
  for (let waited = 0; !condition(); waited++) {
    if (waited > 400) throw new Error('this did not happen within 2 s');
    await new Promise((go) => realTimeout(go, 5));
  }
}
const breathe = () => new Promise((go) => realTimeout(go, 30));

beforeEach(() => {
  vi.stubGlobal('__ZIPCHAT_CONFIG__', { id: ID, look: '' });
  vi.stubGlobal('__CHAT_CHUNK__', 'chat.js');
  vi.stubGlobal('__IDENTITY_CHUNK__', 'identity.js');
  code = { 'identity.js': () => import('./identity.ts') };
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push({ url, init });
    const answer = answers.shift() ?? new Error('no answer was prepared');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  window.addEventListener('zipchat:ready-to-identify', () => announced++);
  const Observer = MutationObserver;
  vi.stubGlobal(
    'MutationObserver',
    class extends Observer {
      constructor(callback: MutationCallback) {
        super(callback);
        observers.push(this);
      }
    },
  );
});

afterEach(() => {
  for (const observer of observers.splice(0)) observer.disconnect();
  for (const [type, listener] of listeners.splice(0)) window.removeEventListener(type, listener);
  if (storage) Object.defineProperty(window, 'localStorage', storage);
  window.localStorage.clear();
  delete window.Zipchat;
  document.documentElement.replaceChildren(
    document.createElement('head'),
    document.createElement('body'),
  );
  answers = [];
  calls.length = 0;
  announced = 0;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

describe('readiness', () => {
  it('is announced once a start, to a listener that was there before', async () => {
    const page = await load();
    expect(announced).toBe(1);
    expect(page.isReadyToIdentify()).toBe(true);
    expect(calls).toHaveLength(0);
  });

  it('waits for a body', async () => {
    document.body.remove();
    const page = await load();
    expect(page.isReadyToIdentify()).toBe(false);
    expect(await page.identify(ada())).toEqual({ status: 'not_ready' });
    expect(error.mock.calls).toEqual([[NOT_READY]]);
    expect(announced).toBe(0);

    document.documentElement.append(document.createElement('body'));
    await until(() => page.isReadyToIdentify());
    expect(announced).toBe(1);
    expect(calls).toHaveLength(0);
  });

  it('is told to a handler that comes late', async () => {
    const page = await load();
    const handler = vi.fn();
    page.on('ready', handler);
    await breathe();
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('is told once to a handler that was there before', async () => {
    document.body.remove();
    const page = await load();
    const handler = vi.fn();
    page.on('ready', handler);
    document.documentElement.append(document.createElement('body'));
    await until(() => page.isReadyToIdentify());
    await breathe();
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('lets a handler be taken away', async () => {
    const page = await load();
    const handler = vi.fn();
    page.on('logout', handler)();
    answers = [failure(200)];
    await page.logout();
    expect(handler).not.toHaveBeenCalled();
  });
});

describe('a page that includes the script twice', () => {
  it('keeps the first copy, quietly', async () => {
    const first = await load();
    expect(await load()).toBe(first);
    expect(announced).toBe(1);
    expect(document.querySelectorAll('#zipchat-shadow-host')).toHaveLength(1);
    expect([log, error, warn].map((line) => line.mock.calls)).toEqual([[], [], []]);
  });
});

describe('the pinned script', () => {
  it('takes the chat from its own address', async () => {
    vi.stubGlobal('__ZIPCHAT_CONFIG__', null);
    const page = await load(`${HOST}/widget/v/1.0.0/zipchat.js?id=ZzZzZzZzZzZzZzZzZzZz`);
    answers = [ok()];
    await page.identify(ada());
    expect(calls[0]?.url).toBe(`${HOST}/widget/ZzZzZzZzZzZzZzZzZzZz/identify`);
  });

  it('is not misled by an element that is named like the running script', async () => {
    vi.resetModules();
    Object.defineProperty(document, 'currentScript', {
      value: document.createElement('img'),
      configurable: true,
    });
    await import('./sdk.ts');
    expect(window.Zipchat).toBeUndefined();
  });
});

describe('identify', () => {
  it.each([[undefined], [null], [5], [{}], [['a']], [''], ['   '], ['\n\t']])(
    'does not send %j',
    async (jwt) => {
      const page = await load();
      expect(await page.identify(jwt)).toEqual({ status: 'invalid' });
      expect(error.mock.calls).toEqual([[NOT_A_STRING]]);
      expect(calls).toHaveLength(0);
    },
  );

  it('asks once, without a preflight, and remembers the success', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    const page = await load();
    const before = stored();
    const identified = vi.fn();
    page.on('identified', identified);
    answers = [ok(NEW_TOKEN)];

    expect(await page.identify(ada())).toEqual({ status: 'identified' });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.url).toBe(`${HOST}/widget/${ID}/identify`);
    expect(calls[0]?.init.method).toBe('POST');
    expect(calls[0]?.init.headers).toBeUndefined();
    expect(bodyOf(0)).toEqual({ visitor_token: before, jwt: ada() });
    expect(log.mock.calls).toEqual([[SUCCESS]]);
    expect(error).not.toHaveBeenCalled();
    expect(identified).toHaveBeenCalledTimes(1);
    expect(stored()).toBe(NEW_TOKEN);
    expect(JSON.parse(window.localStorage.getItem(CACHE) ?? '')).toEqual({
      value: NEW_TOKEN,
      expiration: 1_800_000_000_000 + HOUR,
    });
    expect(JSON.stringify({ ...window.localStorage })).not.toContain('ada');
    expect(announced).toBe(1);
  });

  it('keeps the token where the service sends no other', async () => {
    const page = await load();
    const before = stored();
    answers = [ok()];
    await page.identify(ada());
    expect(stored()).toBe(before);
    expect(JSON.parse(window.localStorage.getItem(CACHE) ?? '').value).toBe(before);
  });

  it('takes no token from the service that is not one', async () => {
    const page = await load();
    const before = stored();
    answers = [ok('<script>')];
    await page.identify(ada());
    expect(stored()).toBe(before);
  });

  it('does not repeat a refusal', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const page = await load();
    answers = [refusal()];
    expect(await page.identify(ada())).toEqual({ status: 'refused' });
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(calls).toHaveLength(1);
    expect(error.mock.calls).toEqual([['Error identifying customer: HTTP 422 {"success": false}']]);
    expect(window.localStorage.getItem(CACHE)).toBeNull();
  });

  it.each([
    ['a page of a captive portal', () => new Response('<html>Sign in</html>', { status: 200 })],
    ['a success that is none', () => new Response('{"success": "true"}', { status: 200 })],
    ['404', () => new Response('', { status: 404 })],
    ['413', () => failure(413)],
  ])('takes %s for a refusal', async (_name, answer) => {
    const page = await load();
    answers = [answer()];
    expect(await page.identify(ada())).toEqual({ status: 'refused' });
    expect(error).toHaveBeenCalledTimes(1);
    expect(log).not.toHaveBeenCalled();
  });

  it('tries a lost network four times more, and says so once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const page = await load();
    answers = Array.from({ length: 9 }, () => new TypeError('Failed to fetch'));
    expect(await page.identify(ada())).toEqual({ status: 'network' });
    for (let quiet = 0; quiet < 4; quiet++) {
      await vi.advanceTimersByTimeAsync(10_000);
      await breathe();
    }
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(calls).toHaveLength(5);
    expect(error.mock.calls).toEqual([['Error identifying customer: TypeError: Failed to fetch']]);
  });

  it.each([[429], [500], [503]])('tells of a success after a %i', async (status) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const page = await load();
    const identified = vi.fn();
    page.on('identified', identified);
    answers = [failure(status), ok(NEW_TOKEN)];
    expect(await page.identify(ada())).toEqual({ status: 'unavailable' });
    expect(error.mock.calls).toEqual([
      [`Error identifying customer: HTTP ${status} {"success": false}`],
    ]);
    await vi.advanceTimersByTimeAsync(2_000);
    await until(() => log.mock.calls.length > 0);
    expect(log.mock.calls).toEqual([[SUCCESS]]);
    expect(identified).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledTimes(1);
    expect(stored()).toBe(NEW_TOKEN);
  });

  it('waits as long as the service asks for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const page = await load();
    answers = [failure(429, '60'), ok()];
    await page.identify(ada());
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(59_000);
    await breathe();
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    await until(() => calls.length === 2);
  });

  it('does not wait for the clock when the network is back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const page = await load();
    answers = [new TypeError('Failed to fetch'), ok()];
    await page.identify(ada());
    await breathe();
    window.dispatchEvent(new Event('online'));
    await until(() => log.mock.calls.length === 1);
  });

  it('gives up on an answer after ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const page = await load();
    vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
      return new Promise((_go, fail) => {
        init.signal?.addEventListener('abort', () => fail(init.signal?.reason));
      });
    });
    const outcome = page.identify(ada());
    await breathe();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toEqual({ status: 'network' });
    expect(error.mock.calls).toEqual([['Error identifying customer: timed out']]);
  });

  it('has one request and one promise for the same token twice', async () => {
    const page = await load();
    answers = [ok(NEW_TOKEN)];
    const first = page.identify(ada());
    expect(page.identify(ada())).toBe(first);
    await first;
    expect(calls).toHaveLength(1);
    expect(log).toHaveBeenCalledTimes(1);
  });

  it('follows the last of two tokens', async () => {
    const page = await load();
    let answerFirst: (answer: Response) => void = () => {};
    answers = [new Promise((go) => (answerFirst = go)), ok(NEW_TOKEN)];
    const first = page.identify(ada());
    await until(() => calls.length === 1);
    const second = page.identify(token({ email: 'ben@example.com' }));
    await until(() => calls.length === 2);
    answerFirst(ok('token-of-the-first-customer-000'));
    expect(await second).toEqual({ status: 'identified' });
    expect(await first).toEqual({ status: 'network' });
    expect(calls[0]?.init.signal?.aborted).toBe(true);
    expect(stored()).toBe(NEW_TOKEN);
    expect(log).toHaveBeenCalledTimes(1);
    expect(error).not.toHaveBeenCalled();
  });
});

describe('the cache', () => {
  it('answers for a fresh token that says the same, also on the next page', async () => {
    const page = await load();
    answers = [ok(NEW_TOKEN)];
    await page.identify(ada());
    log.mockClear();
    expect(await page.identify(ada(500))).toEqual({ status: 'cached' });

    delete window.Zipchat;
    const next = await load();
    expect(await next.identify(ada(900))).toEqual({ status: 'cached' });
    expect(calls).toHaveLength(1);
    expect(log).not.toHaveBeenCalled();
    expect(error).not.toHaveBeenCalled();
  });

  it.each([
    ['another customer', { email: 'ben@example.com' }],
    ['another name', { email: 'ada@example.com', first_name: 'Ada' }],
    ['an id of another type', { email: 'ada@example.com', sub: 7 }],
  ])('never swallows a token for %s', async (_name, claims) => {
    const page = await load();
    answers = [ok(NEW_TOKEN), ok('another-token-of-the-service-01')];
    await page.identify(ada());
    expect(await page.identify(token(claims))).toEqual({ status: 'identified' });
    expect(calls).toHaveLength(2);
    expect(bodyOf(1).visitor_token).toBe(NEW_TOKEN);
    expect(stored()).toBe('another-token-of-the-service-01');
  });

  it('lasts an hour', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    const page = await load();
    answers = [ok(NEW_TOKEN), ok()];
    await page.identify(ada());
    vi.setSystemTime(1_800_000_000_000 + HOUR - 1000);
    expect(await page.identify(ada())).toEqual({ status: 'cached' });
    vi.setSystemTime(1_800_000_000_000 + HOUR);
    expect(await page.identify(ada())).toEqual({ status: 'identified' });
  });

  it.each([
    ['no JSON', () => 'x'],
    ['null', () => 'null'],
    ['an array', () => '[]'],
    ['another visitor', () => JSON.stringify({ value: 'x', expiration: Date.now() + HOUR })],
    ['the far future', () => JSON.stringify({ value: NEW_TOKEN, expiration: Date.now() * 2 })],
    ['no time', () => JSON.stringify({ value: NEW_TOKEN, expiration: 'soon' })],
    ['nothing', () => ''],
  ])('means nothing when it holds %s', async (_name, value) => {
    const page = await load();
    answers = [ok(NEW_TOKEN), ok()];
    await page.identify(ada());
    window.localStorage.setItem(CACHE, value());
    expect(await page.identify(ada())).toEqual({ status: 'identified' });
  });

  it('ends when storage is cleared, and both keys come back', async () => {
    const page = await load();
    answers = [ok(NEW_TOKEN), ok()];
    await page.identify(ada());
    window.localStorage.clear();
    expect(await page.identify(ada())).toEqual({ status: 'identified' });
    expect(bodyOf(1).visitor_token).toBe(NEW_TOKEN);
    expect(stored()).toBe(NEW_TOKEN);
  });
});

describe('the visitor token', () => {
  it('is random and well formed', async () => {
    await load();
    const first = stored();
    expect(first).toMatch(/^[\w-]{20,64}$/);
    delete window.Zipchat;
    window.localStorage.clear();
    await load();
    expect(stored()).toMatch(/^[\w-]{20,64}$/);
    expect(stored()?.slice(8)).not.toBe(first?.slice(8));
  });

  it('is kept from page to page', async () => {
    window.localStorage.setItem('visitor_token', NEW_TOKEN);
    await load();
    expect(stored()).toBe(NEW_TOKEN);
  });

  it.each([
    'short',
    `${'a'.repeat(65)}`,
    '"quoted-token-of-twenty-characters"',
    'line\nbreak-token-of-twenty-characters',
    '<img src=x onerror=alert(1)>-------',
    'null',
    '',
  ])('is replaced where it is %j', async (hostile) => {
    window.localStorage.setItem('visitor_token', hostile);
    await load();
    expect(stored()).toMatch(/^[\w-]{20,64}$/);
  });

  it.each([['get'], ['set']])('lives in memory where storage fails to %s', async (what) => {
    const local = window.localStorage;
    const refuse = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const values = { getItem: () => null, setItem: refuse, removeItem: () => {} };
    Object.defineProperty(window, 'localStorage', {
      configurable: true,
      get: what === 'get' ? refuse : () => values,
    });
    const page = await load();
    answers = [ok(NEW_TOKEN), ok()];
    expect(await page.identify(ada())).toEqual({ status: 'identified' });
    expect(await page.identify(ada(9))).toEqual({ status: 'cached' });
    expect(local.getItem('visitor_token')).toBeNull();
  });
});

describe('logout', () => {
  it('ends the visitor here and on the service, and asks nobody to identify', async () => {
    const page = await load();
    answers = [ok(NEW_TOKEN), new Response('{"visitor_token": "x"}'), ok()];
    await page.identify(ada());
    const handler = vi.fn();
    page.on('logout', handler);

    const outcome = page.logout();
    expect(stored()).not.toBe(NEW_TOKEN);
    expect(window.localStorage.getItem(CACHE)).toBeNull();
    expect(window.localStorage).toHaveLength(1);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(await outcome).toEqual({ status: 'logged_out' });
    expect(calls[1]).toMatchObject({
      url: `${HOST}/widget/${ID}/logout`,
      init: { method: 'POST', keepalive: true, headers: { Authorization: `Bearer ${NEW_TOKEN}` } },
    });
    expect(announced).toBe(1);
    expect(page.isReadyToIdentify()).toBe(true);

    await page.identify(ada());
    expect(bodyOf(2).visitor_token).not.toBe(NEW_TOKEN);
  });

  it('stops an identification that is on its way', async () => {
    const page = await load();
    let answer: (answer: Response) => void = () => {};
    answers = [new Promise((go) => (answer = go)), new Response('{}')];
    const outcome = page.identify(ada());
    await until(() => calls.length === 1);
    await page.logout();
    answer(ok(NEW_TOKEN));
    expect(await outcome).toEqual({ status: 'network' });
    await breathe();
    expect(stored()).not.toBe(NEW_TOKEN);
    expect(log).not.toHaveBeenCalled();
    expect(error).not.toHaveBeenCalled();
  });

  it('is told to the service later where it cannot be told now', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const page = await load();
    answers = [failure(503), new Response('{}')];
    expect(await page.logout()).toEqual({ status: 'unavailable' });
    await vi.advanceTimersByTimeAsync(2_000);
    await until(() => calls.length === 2);
    expect(calls[1]?.init.headers).toEqual(calls[0]?.init.headers);
    expect(error).not.toHaveBeenCalled();
  });
});

/** Two hours in seconds, as long as an identity usually lasts. */
const TWO_HOURS = 7200;
const NOW = 1_800_000_000_000;

/** Time of the test's own; what is asynchronous goes on in between. */
async function later(ms: number) {
  for (let left = ms; left > 0; left -= MINUTE) {
    await vi.advanceTimersByTimeAsync(Math.min(left, MINUTE));
    await new Promise((go) => realTimeout(go, 0));
  }
  await breathe();
}
const MINUTE = 60_000;
const fakeTime = () =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: NOW });
const identifyCalls = () => calls.filter(({ url }) => url.endsWith('/identify'));

describe('what was typed in this tab', () => {
  const KEY = 'zipchat_draft';
  const draft = () => window.sessionStorage.getItem(KEY);
  beforeEach(() => window.sessionStorage.setItem(KEY, ' half typed'));
  afterEach(() => window.sessionStorage.clear());

  it('is the first customer’s who signs in, and no other’s', async () => {
    const page = await load();
    expect(draft()).toBe(' half typed');
    answers = [ok(NEW_TOKEN, 7200), ok('another-token-of-the-service-01', 7200)];
    await page.identify(ada());
    await until(() => draft() === `${NEW_TOKEN} half typed`);
    await page.identify(token({ email: 'ben@example.com' }));
    await until(() => draft() === null);
  });

  it('is gone after a logout', async () => {
    const page = await load();
    answers = [ok()];
    await page.logout();
    expect(draft()).toBeNull();
  });
});

describe('an identity that lapses', () => {
  it('is announced at that moment, though the chat was never opened, and the cache is no obstacle', async () => {
    fakeTime();
    const page = await load();
    answers = [ok(NEW_TOKEN, 900), ok(undefined, 900)];
    await page.identify(ada());
    await later(900_000 - 1000);
    expect(announced).toBe(1);
    await later(1000);
    expect(announced).toBe(2);
    expect(await page.identify(ada())).toEqual({ status: 'identified' });
    expect(calls).toHaveLength(2);
    await later(900_000);
    expect(announced).toBe(3);
  });

  it('is announced once where nobody answers', async () => {
    fakeTime();
    const page = await load();
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    await page.identify(ada());
    await later(3 * HOUR);
    expect(announced).toBe(2);
    expect(window.localStorage.getItem('zipchat_identity_lapses_at')).toBeNull();
  });

  it('is announced by a page that was loaded in between', async () => {
    fakeTime();
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    await (await load()).identify(ada());
    await later(1.5 * HOUR);
    // The visitor goes on to the next page.
    delete window.Zipchat;
    vi.clearAllTimers();
    vi.setSystemTime(NOW + 1.5 * HOUR);
    announced = 0;
    for (const [type, listener] of listeners.splice(0)) window.removeEventListener(type, listener);
    window.addEventListener('zipchat:ready-to-identify', () => announced++);
    await load();
    await breathe();
    expect(announced).toBe(1);
    await later(0.5 * HOUR);
    expect(announced).toBe(2);
  });

  it('is noticed when a page comes back after the computer has slept', async () => {
    fakeTime();
    const page = await load();
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    await page.identify(ada());
    await breathe();
    // The clock went on, the timers did not.
    vi.setSystemTime(NOW + 3 * HOUR);
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    expect(announced).toBe(2);
  });

  it('is not announced where another tab has put it off', async () => {
    fakeTime();
    const page = await load();
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    await page.identify(ada());
    await later(HOUR);
    window.localStorage.setItem('zipchat_identity_lapses_at', `${NOW + 3 * HOUR}`);
    await later(1.5 * HOUR);
    expect(announced).toBe(1);
    await later(0.5 * HOUR);
    expect(announced).toBe(2);
  });

  it('is announced in each tab, though the first has cleared the storage', async () => {
    fakeTime();
    const page = await load();
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    await page.identify(ada());
    await later(HOUR);
    window.localStorage.removeItem('zipchat_identity_lapses_at');
    window.localStorage.removeItem(CACHE);
    await later(HOUR);
    expect(announced).toBe(2);
  });

  it('is nobody’s after a logout', async () => {
    fakeTime();
    const page = await load();
    answers = [ok(NEW_TOKEN, TWO_HOURS), new Response('{}')];
    await page.identify(ada());
    await page.logout();
    expect(Object.keys(window.localStorage)).toEqual(['visitor_token']);
    await later(3 * HOUR);
    expect(announced).toBe(1);
  });

  it('is unknown where the service does not tell, or tells nonsense', async () => {
    fakeTime();
    const page = await load();
    answers = [ok(NEW_TOKEN), ok(undefined, -5), ok(undefined, Number.NaN)];
    for (const iat of [1, 2, 3]) {
      window.localStorage.removeItem(CACHE);
      expect(await page.identify(ada(iat))).toEqual({ status: 'identified' });
    }
    await later(30 * HOUR);
    expect(announced).toBe(1);
  });

  it('does not wait for ever where the clock was set back', async () => {
    fakeTime();
    const page = await load();
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    await page.identify(ada());
    await breathe();
    vi.setSystemTime(NOW - 1000 * HOUR);
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    expect(announced).toBe(2);
  });
});

describe('a token provider', () => {
  const fresh = () => vi.fn(async () => ada(Date.now()));

  it('is asked when the page may identify', async () => {
    document.body.remove();
    const page = await load();
    const provider = fresh();
    page.setTokenProvider(provider);
    await breathe();
    expect(provider).not.toHaveBeenCalled();
    answers = [ok(NEW_TOKEN)];
    document.documentElement.append(document.createElement('body'));
    await until(() => log.mock.calls.length === 1);
    expect(provider).toHaveBeenCalledTimes(1);
    expect(calls).toHaveLength(1);
  });

  it('may be set late, and may answer without a promise', async () => {
    const page = await load();
    answers = [ok(NEW_TOKEN)];
    page.setTokenProvider(() => ada());
    await until(() => log.mock.calls.length === 1);
  });

  it('is not asked by a page that has just identified', async () => {
    const page = await load();
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    await page.identify(ada());
    const provider = fresh();
    page.setTokenProvider(provider);
    await breathe();
    expect(provider).not.toHaveBeenCalled();
  });

  it.each([[TWO_HOURS], [900]])(
    'puts off a lapse after %i s, at least a minute before',
    async (lasts) => {
      fakeTime();
      const page = await load();
      const asked: number[] = [];
      answers = Array.from({ length: 3 }, () => ok(NEW_TOKEN, lasts));
      page.setTokenProvider(() => {
        asked.push(Date.now());
        return ada(asked.length);
      });
      await until(() => log.mock.calls.length === 1);
      await later(lasts * 1000);
      expect(asked).toHaveLength(2);
      const left = NOW + lasts * 1000 - (asked[1] ?? 0);
      expect(left).toBeGreaterThanOrEqual(60_000);
      expect(left).toBeLessThan(180_000);
      expect(identifyCalls()).toHaveLength(2);
      // There was no moment without an identity.
      expect(announced).toBe(1);
      await later(lasts * 1000);
      expect(asked).toHaveLength(3);
    },
  );

  it.each([
    ['long', 0.5 * HOUR, [0, 1]],
    ['shortly', 2 * HOUR - 70_000, [1, 1]],
  ])(
    'is asked on the next page, %s before the lapse, and in time for that',
    async (_when, elapsed, sent) => {
      fakeTime();
      answers = [ok(NEW_TOKEN, TWO_HOURS), ok(undefined, TWO_HOURS)];
      await (await load()).identify(ada());
      await later(elapsed);
      delete window.Zipchat;
      vi.clearAllTimers();
      vi.setSystemTime(NOW + elapsed);
      for (const [type, listener] of listeners.splice(0))
        window.removeEventListener(type, listener);

      const page = await load();
      const provider = fresh();
      page.setTokenProvider(provider);
      await until(() => provider.mock.calls.length === 1);
      await breathe();
      expect(identifyCalls()).toHaveLength(1 + (sent[0] ?? 0));
      await later(2 * HOUR - elapsed - 60_000);
      expect(identifyCalls()).toHaveLength(1 + (sent[1] ?? 0));
    },
  );

  it('is asked one call at a time, and not waited for without end', async () => {
    fakeTime();
    const page = await load();
    const provider = vi.fn(() => new Promise<string>(() => {}));
    page.setTokenProvider(provider);
    await until(() => provider.mock.calls.length === 1);
    for (let times = 0; times < 5; times++) {
      window.dispatchEvent(new Event('zipchat:ready-to-identify'));
      window.dispatchEvent(new Event('focus'));
    }
    await later(9_000);
    expect(provider).toHaveBeenCalledTimes(1);
    expect(error).not.toHaveBeenCalled();
    await later(6_000);
    expect(error.mock.calls).toEqual([
      ['Zipchat.setTokenProvider: no token could be had. Error: The provider did not answer.'],
    ]);
    await later(5 * MINUTE);
    expect(provider.mock.calls.length).toBeGreaterThan(2);
    expect(provider.mock.calls.length).toBeLessThan(6);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('not today');
      },
      'Error: not today',
    ],
    ['rejects', () => Promise.reject(new Error('HTTP 500')), 'Error: HTTP 500'],
    [
      'answers a number',
      () => 5,
      'TypeError: The provider must return a token, or null where nobody is signed in.',
    ],
    [
      'answers an object',
      async () => ({ token: 'x' }),
      'TypeError: The provider must return a token, or null where nobody is signed in.',
    ],
    [
      'answers nothing but space',
      () => '  ',
      'TypeError: The provider must return a token, or null where nobody is signed in.',
    ],
  ])('that %s breaks nothing, and is asked again later and later', async (_what, fails, said) => {
    fakeTime();
    const page = await load();
    let mended = false;
    const provider = vi.fn((): unknown => (mended ? ada() : fails()));
    page.setTokenProvider(provider);
    await until(() => error.mock.calls.length === 1);
    expect(error.mock.calls).toEqual([
      [`Zipchat.setTokenProvider: no token could be had. ${said}`],
    ]);
    await later(25_000);
    expect(provider).toHaveBeenCalledTimes(1);
    await later(15_000);
    expect(provider).toHaveBeenCalledTimes(2);
    await later(50_000);
    expect(provider).toHaveBeenCalledTimes(2);
    mended = true;
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    await later(30_000);
    expect(log.mock.calls).toEqual([[SUCCESS]]);
    expect(identifyCalls()).toHaveLength(1);
  });

  it.each([[null], [undefined]])(
    'that answers %j has nobody signed in, and is not pestered',
    async (nobody) => {
      fakeTime();
      const page = await load();
      const provider = vi.fn(() => nobody);
      page.setTokenProvider(provider);
      await until(() => provider.mock.calls.length === 1);
      await later(3 * HOUR);
      expect(provider).toHaveBeenCalledTimes(1);
      expect(calls).toHaveLength(0);
      expect(error).not.toHaveBeenCalled();
    },
  );

  it('that has no next token is asked once more when the identity has lapsed', async () => {
    fakeTime();
    const page = await load();
    const provider = vi.fn(async (): Promise<string | null> => ada());
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    page.setTokenProvider(provider);
    await until(() => log.mock.calls.length === 1);
    provider.mockResolvedValue(null);
    await later(2 * HOUR - 1000);
    expect(provider).toHaveBeenCalledTimes(2);
    await later(3 * HOUR);
    expect(provider).toHaveBeenCalledTimes(3);
    expect(announced).toBe(2);
  });

  it('whose token is refused is not asked for another at once', async () => {
    fakeTime();
    const page = await load();
    const provider = fresh();
    answers = [refusal()];
    page.setTokenProvider(provider);
    await until(() => error.mock.calls.length === 1);
    await later(3 * HOUR);
    expect(provider).toHaveBeenCalledTimes(1);
  });

  it('is left alone after a logout, until the page identifies', async () => {
    fakeTime();
    const page = await load();
    const provider = fresh();
    answers = [ok(NEW_TOKEN, TWO_HOURS), new Response('{}')];
    page.setTokenProvider(provider);
    await until(() => log.mock.calls.length === 1);
    await page.logout();
    await later(3 * HOUR);
    page.setTokenProvider(fresh());
    page.setTokenProvider(provider);
    await later(3 * HOUR);
    expect(provider).toHaveBeenCalledTimes(1);
    answers = [ok(NEW_TOKEN, TWO_HOURS), ok(undefined, TWO_HOURS)];
    await page.identify(ada(7));
    await later(2 * HOUR);
    expect(provider).toHaveBeenCalledTimes(2);
  });

  it('that answers after a logout identifies nobody', async () => {
    const page = await load();
    let answer: (token: string) => void = () => {};
    page.setTokenProvider(() => new Promise<string>((go) => (answer = go)));
    await breathe();
    answers = [new Response('{}')];
    await page.logout();
    answer(ada());
    await breathe();
    expect(identifyCalls()).toHaveLength(0);
  });

  it('can be replaced, and then its answer counts no more', async () => {
    const page = await load();
    let answer: (token: string) => void = () => {};
    page.setTokenProvider(() => new Promise<string>((go) => (answer = go)));
    await breathe();
    page.setTokenProvider(() => token({ email: 'ben@example.com' }));
    answers = [ok(NEW_TOKEN)];
    answer(ada());
    await until(() => log.mock.calls.length === 1);
    expect(calls.map((_call, at) => bodyOf(at).jwt)).toEqual([token({ email: 'ben@example.com' })]);
  });

  it('can be taken away', async () => {
    fakeTime();
    const page = await load();
    const provider = fresh();
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    page.setTokenProvider(provider);
    await until(() => log.mock.calls.length === 1);
    page.setTokenProvider(null);
    await later(3 * HOUR);
    expect(provider).toHaveBeenCalledTimes(1);
    expect(announced).toBe(2);
  });

  it.each([['a token'], [5], [{}]])('must be a function, not %j', async (odd) => {
    const page = await load();
    page.setTokenProvider(odd);
    await until(() => error.mock.calls.length === 1);
    expect(error.mock.calls).toEqual([
      ['Zipchat.setTokenProvider: The provider must be a function, or null.'],
    ]);
  });

  it('is not asked by a tab for which another one has just done it', async () => {
    fakeTime();
    const page = await load();
    const provider = fresh();
    let locked: () => Promise<void> = async () => {};
    Object.defineProperty(navigator, 'locks', {
      configurable: true,
      value: {
        request(_name: string, turn: () => Promise<void>) {
          locked = turn;
          return new Promise(() => {});
        },
      },
    });
    answers = [ok(NEW_TOKEN, TWO_HOURS)];
    page.setTokenProvider(provider);
    await until(() => log.mock.calls.length === 1);
    await later(2 * HOUR - 70_000);
    window.localStorage.setItem('zipchat_identity_lapses_at', `${NOW + 4 * HOUR}`);
    const turn = locked();
    await later(1_000);
    await turn;
    expect(provider).toHaveBeenCalledTimes(1);
    Reflect.deleteProperty(navigator, 'locks');
  });

  it('waits for code that could not be fetched', async () => {
    const page = await load();
    const fetched = code;
    code = {};
    answers = [ok(NEW_TOKEN)];
    page.setTokenProvider(fresh());
    await breathe();
    code = fetched;
    window.dispatchEvent(new Event('pageshow'));
    await until(() => log.mock.calls.length === 1);
  });
});

describe('a page that shows a private key', () => {
  const pem = (kind = 'PRIVATE KEY', line = '\n') =>
    `-----BEGIN ${kind}-----${line}${`${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2)}${line}`.repeat(4)}-----END ${kind}-----`;
  const show = (text: string) => {
    const script = document.createElement('script');
    script.type = 'text/plain';
    script.textContent = text;
    document.body.append(script);
  };
  const reports = () => calls.filter(({ url }) => url.endsWith('/reports'));

  it.each([
    ['as it is', pem()],
    ['of PKCS#1', pem('RSA PRIVATE KEY')],
    ['with escaped line ends', pem('PRIVATE KEY', '\\n')],
    ['in pieces of a script', pem('EC PRIVATE KEY', '" +\n  "')],
  ])('identifies nobody, and says so: %s', async (_how, text) => {
    show(text);
    const page = await load();
    answers = [new Response('{"success": true}', { status: 202 })];
    expect(await page.identify(ada())).toEqual({ status: 'refused' });
    expect(await page.identify(ada())).toEqual({ status: 'refused' });
    await until(() => calls.length === 1);
    expect(calls[0]).toMatchObject({
      url: `${HOST}/widget/${ID}/reports`,
      init: { method: 'POST', keepalive: true },
    });
    expect(calls[0]?.init.headers).toBeUndefined();
    const { origin, pathname } = window.location;
    expect(bodyOf(0)).toEqual({ kind: 'private_key_in_page', page: `${origin}${pathname}` });
    expect(error).toHaveBeenCalledTimes(1);
    expect(error.mock.calls[0]?.[0]).toMatch(/^Zipchat: this page contains a private key\./);
  });

  it('is noticed when a script adds it late', async () => {
    const page = await load();
    answers = [ok(NEW_TOKEN)];
    expect(await page.identify(ada())).toEqual({ status: 'identified' });
    const meta = document.createElement('meta');
    meta.content = pem();
    document.head.append(meta);
    expect(await page.identify(token({ email: 'ben@example.com' }))).toEqual({ status: 'refused' });
    expect(identifyCalls()).toHaveLength(1);
  });

  it('is told of though nobody is identified from it', async () => {
    fakeTime();
    show(pem());
    await load();
    answers = [new Response('{"success": true}', { status: 202 })];
    await later(5_000);
    expect(reports()).toHaveLength(1);
    expect(error).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a public key', pem('PUBLIC KEY')],
    ['a certificate', pem('CERTIFICATE')],
    ['documentation', '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg...\n-----END PRIVATE KEY-----'],
    ['a sentence', 'Paste your PRIVATE KEY----- here'],
  ])('is not one that shows %s', async (_what, text) => {
    show(text);
    const page = await load();
    answers = [ok(NEW_TOKEN)];
    expect(await page.identify(ada())).toEqual({ status: 'identified' });
    expect(reports()).toHaveLength(0);
  });
});

it('the line of a refused token names the request, where the service does', async () => {
  const page = await load();
  const id = '01k0000000000000000000000a';
  answers = [new Response('{"success": false}', { status: 422, headers: { 'X-Request-Id': id } })];
  await page.identify(ada());
  expect(error.mock.calls).toEqual([
    [`Error identifying customer: HTTP 422 {"success": false} (request ${id})`],
  ]);
});

describe('another tab', () => {
  const tell = () => window.dispatchEvent(new StorageEvent('storage', { key: 'visitor_token' }));

  it('may change the visitor', async () => {
    const page = await load();
    window.localStorage.setItem('visitor_token', NEW_TOKEN);
    tell();
    answers = [ok()];
    await page.identify(ada());
    expect(bodyOf(0).visitor_token).toBe(NEW_TOKEN);
    expect(announced).toBe(1);
  });

  it('may change the visitor while a token is in flight', async () => {
    const page = await load();
    let answer: (answer: Response) => void = () => {};
    answers = [new Promise((go) => (answer = go)), ok()];
    const outcome = page.identify(ada());
    await until(() => calls.length === 1);
    window.localStorage.setItem('visitor_token', NEW_TOKEN);
    tell();
    answer(ok('a-token-that-nobody-wants-any-more'));
    expect(await outcome).toEqual({ status: 'identified' });
    expect(bodyOf(1).visitor_token).toBe(NEW_TOKEN);
    expect(stored()).toBe(NEW_TOKEN);
  });

  it('is followed when a page comes back from the browser’s memory', async () => {
    const page = await load();
    window.localStorage.setItem('visitor_token', NEW_TOKEN);
    window.dispatchEvent(new Event('pageshow'));
    answers = [ok()];
    await page.identify(ada());
    expect(bodyOf(0).visitor_token).toBe(NEW_TOKEN);
  });
});

describe('the bubble', () => {
  const host = () => document.getElementById('zipchat-shadow-host');
  const button = () => host()?.shadowRoot?.getElementById('widget-chat-button');

  it('is a named button in an open shadow root', async () => {
    await load();
    expect(button()?.tagName).toBe('BUTTON');
    expect(button()?.ariaLabel).toBe('Open chat');
    expect(`${button()?.ariaExpanded}`).toBe('false');
  });

  it('comes back when the page exchanges its body', async () => {
    await load();
    document.body.replaceWith(document.createElement('body'));
    await until(() => host()?.parentElement === document.body);
    document.body.replaceChildren();
    await until(() => host()?.parentElement === document.body);
    expect(announced).toBe(1);
  });

  it('says so when the chat’s code cannot be had', async () => {
    const page = await load();
    expect(page.open()).toBe(true);
    await until(() => Boolean(host()?.shadowRoot?.querySelector('[role=alert]')));
    expect(host()?.shadowRoot?.querySelector('[role=alert]')?.textContent).toBe(
      'The chat could not be loaded. Try again.',
    );
    expect(page.close()).toBe(false);
  });
});
