import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Zipchat } from './index';

const OPTIONS = { host: 'https://chat.example.com/', id: 'AbCdEfGhIjKlMnOpQrSt' };
const scripts = () => [...document.querySelectorAll<HTMLScriptElement>('script')];
const page = window as { Zipchat?: unknown };
const fake = () =>
  ({
    identify: vi.fn(async () => ({ status: 'identified' })),
    setTokenProvider: vi.fn(),
    logout: vi.fn(async () => ({ status: 'logged_out' })),
  }) as unknown as Zipchat;
const tick = () => vi.advanceTimersByTimeAsync(0);

let web: typeof import('./index');

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  // The tests are the network.
  vi.spyOn(document.head, 'append').mockImplementation((...nodes) => {
    for (const node of nodes as HTMLScriptElement[]) {
      node.type = 'none';
      document.body.appendChild(node);
    }
  });
  web = await import('./index');
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
  delete page.Zipchat;
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('loadZipchat', () => {
  it('puts the script in once, and gives all the same', async () => {
    const first = web.loadZipchat(OPTIONS);
    expect(web.loadZipchat(OPTIONS)).toBe(first);
    expect(scripts().map(({ src }) => src)).toEqual([
      'https://chat.example.com/widget/zipchat.js?id=AbCdEfGhIjKlMnOpQrSt',
    ]);
    page.Zipchat = fake();
    scripts()[0]?.dispatchEvent(new Event('load'));
    expect(await first).toBe(page.Zipchat);
  });

  it('tries once more, and may be asked again after that', async () => {
    const first = web.loadZipchat(OPTIONS);
    const failed = expect(first).rejects.toThrow('did not answer');
    scripts()[0]?.dispatchEvent(new Event('error'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(scripts()).toHaveLength(1);
    scripts()[0]?.dispatchEvent(new Event('error'));
    await failed;
    const again = web.loadZipchat(OPTIONS);
    expect(again).not.toBe(first);
    page.Zipchat = fake();
    scripts()[0]?.dispatchEvent(new Event('load'));
    expect(await again).toBe(page.Zipchat);
  });

  it('takes the widget that is there, or is on its way', async () => {
    const tag = document.createElement('script');
    tag.type = 'none';
    tag.setAttribute('src', 'https://chat.example.com/widget/zipchat.js?id=x');
    document.body.append(tag);
    const waiting = web.loadZipchat(OPTIONS);
    expect(scripts()).toEqual([tag]);
    page.Zipchat = fake();
    tag.dispatchEvent(new Event('load'));
    expect(await waiting).toBe(page.Zipchat);
    vi.resetModules();
    const other = await import('./index');
    expect(await other.loadZipchat(OPTIONS)).toBe(page.Zipchat);
  });

  it('is null on a server', async () => {
    vi.stubGlobal('document', undefined);
    expect(await web.loadZipchat(OPTIONS)).toBeNull();
  });
});

describe('a customer', () => {
  const token = vi.fn(async () => 'a.b.c');

  it('comes with their provider, and goes with it', () => {
    const zipchat = fake();
    const customer = web.createCustomer(zipchat);
    customer.follow('ada', token);
    customer.follow('ada', token);
    expect(zipchat.setTokenProvider).toHaveBeenCalledTimes(1);
    expect(zipchat.setTokenProvider).toHaveBeenCalledWith(token);
    customer.follow(null, token);
    expect(zipchat.setTokenProvider).toHaveBeenLastCalledWith(null);
    expect(zipchat.logout).toHaveBeenCalledTimes(1);
    customer.follow(null, token);
    expect(zipchat.logout).toHaveBeenCalledTimes(1);
  });

  it('who comes after a logout is identified by the page', async () => {
    const zipchat = fake();
    const customer = web.createCustomer(zipchat);
    customer.follow('ada', token);
    customer.follow('ben', token);
    await tick();
    expect(zipchat.logout).toHaveBeenCalledTimes(1);
    expect(zipchat.identify).toHaveBeenCalledExactlyOnceWith('a.b.c');
  });

  it('who leaves before the token comes is not identified', async () => {
    const zipchat = fake();
    const customer = web.createCustomer(zipchat);
    customer.follow('ada', token);
    customer.follow('ben', token);
    customer.follow(null, token);
    await tick();
    expect(zipchat.identify).not.toHaveBeenCalled();
  });
});
