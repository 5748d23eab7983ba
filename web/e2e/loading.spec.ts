import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { bytesOf, type Call, followWire, isQuiet, onWire, type Wire } from '../scripts/wire.mjs';
import { CHAT_NAME, expect, pinnedScript, tagOf, test } from './support/test.ts';
import { anew, customer } from './support/tokens.ts';
import { identify, ready, stored, Widget } from './support/widget.ts';
import { SUCCESS, type Witness } from './support/witness.ts';

/** A page's own script, as most merchants have it: it listens, and looks whether it is too late. */
const listening = (token: string) => `<script>
  const go = () => Zipchat.identify('${token}');
  addEventListener('zipchat:ready-to-identify', go);
  if (window.Zipchat?.isReadyToIdentify?.()) go();
</script>`;

/** A script that puts the tag's script into the page, as a tag manager does. */
const inserting = (address: string) => `
  var script = document.createElement('script');
  script.src = '${address}';
  document.head.appendChild(script);`;

async function expectOneWidget(witness: Witness, widget: Widget): Promise<void> {
  await expect.poll(() => witness.texts).toEqual([SUCCESS]);
  await expect(widget.bubble).toHaveCount(1);
  await expect(widget.bubble).toHaveAccessibleName('Open chat');
  expect(await witness.readyEvents()).toBe(1);
  expect(witness.identifyCalls).toHaveLength(1);
}

test.describe('the tag', () => {
  for (const attributes of ['defer', 'async', '', 'async crossorigin="anonymous"']) {
    const named = attributes || 'without attributes';
    test(`works in the head, ${named}`, async ({
      page,
      shop,
      corner,
      service,
      witness,
      widget,
    }) => {
      const head = tagOf(service, corner.chat, attributes);
      await page.goto(shop.page({ head, body: listening(corner.sign(customer('Ada'))) }));
      await expectOneWidget(witness, widget);
    });
  }

  test('works at the end of the body, after the page’s own script', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    await page.goto(shop.page({ body: listening(corner.sign(customer('Ada'))) + tag }));
    await expectOneWidget(witness, widget);
  });

  test('works when a script inserts it long after the page was loaded', async ({
    page,
    shop,
    corner,
    service,
    witness,
    widget,
  }) => {
    await page.goto(shop.page({ body: listening(corner.sign(customer('Ada'))) }), {
      waitUntil: 'load',
    });
    await page.evaluate((address) => {
      const script = document.createElement('script');
      script.src = address;
      document.body.append(script);
    }, `${service.url}/widget/zipchat.js?id=${corner.chat.widget_token}`);
    await expectOneWidget(witness, widget);
  });

  test('counts once when the theme and a tag manager both have it', async ({
    page,
    shop,
    corner,
    service,
    tag,
    witness,
    widget,
  }) => {
    const address = `${service.url}/widget/zipchat.js?id=${corner.chat.widget_token}`;
    const manager = `<script>${inserting(address)}${inserting(`${address}&gtm=1`)}</script>`;
    await page.goto(
      shop.page({ head: tag + manager, body: listening(corner.sign(customer('Ada'))) }),
    );
    await page.waitForLoadState('load');
    await expectOneWidget(witness, widget);
  });

  test('announces nothing before the page has a body', async ({
    page,
    shop,
    corner,
    service,
    witness,
  }) => {
    const probe = `<script>
      window.seen = [document.body === null, Zipchat.isReadyToIdentify(), readyEvents];
    </script>`;
    await page.goto(shop.page({ head: tagOf(service, corner.chat, '') + probe }));
    await ready(page);
    const seen = await page.evaluate(() => (window as unknown as { seen: unknown[] }).seen);
    expect(seen).toEqual([true, false, 0]);
    expect(await witness.readyEvents()).toBe(1);
  });

  test('of an unknown chat leaves the page alone', async ({ page, shop, service, witness }) => {
    const unknown = { chat_id: '', widget_token: 'ABCDEFGHIJKLMNOPQRST' };
    await page.goto(shop.page({ head: tagOf(service, unknown) }));
    expect(await page.evaluate(() => 'Zipchat' in window)).toBe(false);
    expect(witness.lines).toEqual([]);
  });

  test('with a pinned address and an integrity hash works as well', async ({
    page,
    shop,
    corner,
    service,
    witness,
    widget,
  }) => {
    const address = `${await pinnedScript(service)}?id=${corner.chat.widget_token}`;
    const script = Buffer.from(await (await fetch(address)).arrayBuffer());
    const hash = createHash('sha384').update(script).digest('base64');
    const head = `<script src="${address}" integrity="sha384-${hash}" crossorigin="anonymous" defer></script>`;
    await page.goto(shop.page({ head, body: listening(corner.sign(customer('Ada'))) }));
    await expectOneWidget(witness, widget);
    await widget.open();
    await expect(widget.greeting).toHaveText('Hi Ada, how can we help?');
  });
});

test.describe('what is loaded', () => {
  test('before the visitor wants the chat, there is one request and no cookie', async ({
    page,
    context,
    shop,
    service,
    tag,
    witness,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }), { waitUntil: 'networkidle' });
    await expect(widget.bubble).toBeVisible();
    expect(witness.requestsTo(service.url).map((request) => request.url())).toHaveLength(1);
    expect(await context.cookies()).toEqual([]);
  });

  test('a whole conversation sets no cookie', async ({
    page,
    context,
    shop,
    corner,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, corner.sign(customer('Ada')));
    await widget.open();
    await widget.ask('Hello');
    expect(await context.cookies()).toEqual([]);
  });

  test('the chat’s code is fetched when the pointer comes near', async ({
    page,
    shop,
    tag,
    witness,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.bubble.hover();
    await expect
      .poll(() => witness.requests.filter((request) => request.url().includes('/widget/a/')).length)
      .toBe(1);
    await expect(widget.panel).toBeHidden();
  });

  test('code that could not be fetched is asked for again when the visitor wants it', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    await page.route('**/widget/a/**', (route) => route.abort());
    await page.goto(shop.page({ head: tag }));
    await widget.bubble.click();
    const note = widget.host.getByRole('alert');
    await expect(note).toContainText('The chat could not be loaded.');
    await page.unroute('**/widget/a/**');
    await note.getByRole('button', { name: 'Try again' }).click();
    await expect(widget.greeting).toHaveText('Hi, how can we help?');
    await expect(note).toBeHidden();
  });
});

/** What an answer may take on the wire, in bytes of its body: the budgets that `npm run sizes` holds files to. */
const BUDGET = { loader: 4_000, chat: 23_000, both: 27_000, identity: 2_000 };

/** Long enough for whatever a timer of the loader would fetch. */
const LOOK_MS = 3_500;

/** Without a call for so long, a page has asked for all that it wants. */
const SETTLED_MS = 700;

const IMMUTABLE = 'public, max-age=31536000, immutable';

/** What was asked for, as the parts of the address that say so. */
const names = (calls: readonly Call[]) =>
  calls.map(({ method, path }) => `${method} ${path.replace(/\/widget\/[A-Za-z0-9]{20}\//, '…/')}`);

/** All calls have ended, and none came since: what one answer leads to is asked for a moment later. */
async function quiet(wire: Wire): Promise<void> {
  const isSettled = async () => {
    const before = wire.calls.length;
    await new Promise((settled) => setTimeout(settled, SETTLED_MS));
    return isQuiet(wire.calls) && wire.calls.length === before;
  };
  await expect.poll(isSettled).toBe(true);
}

function called(wire: Wire, part: string): Call {
  const call = wire.calls.find(({ path }) => path.includes(part));
  if (!call) throw new Error(`nothing was asked for at ${part}: ${names(wire.calls)}`);
  return call;
}

test.describe('what goes over the wire', () => {
  test('until the page may identify, and until the chat is opened, is one answer', async ({
    page,
    shop,
    service,
    tag,
    widget,
  }) => {
    const wire = await followWire(page, service.url);
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await quiet(wire);
    const [loader, ...others] = wire.calls;
    expect(names(others)).toEqual([]);
    expect(loader).toMatchObject({ method: 'GET', status: 200, fromCache: false });
    expect(loader?.path).toMatch(/^\/widget\/zipchat\.js\?id=/);
    expect(loader?.headers).toMatchObject({ 'content-encoding': 'br' });
    expect(loader?.headers?.['cache-control']).toMatch(/^public, max-age=300, /);
    expect(loader?.body).toBeLessThanOrEqual(BUDGET.loader);

    // A page that is read, and scrolled, and left alone with its bubble fetches nothing more.
    await expect(widget.bubble).toBeVisible();
    await page.mouse.wheel(0, 200);
    await page.waitForTimeout(LOOK_MS);
    expect(wire.calls).toHaveLength(1);
  });

  test('to identify is the call, without a preflight, and a small script afterwards', async ({
    page,
    shop,
    corner,
    service,
    tag,
  }) => {
    const wire = await followWire(page, service.url);
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    expect(await identify(page, corner.sign(customer('Ada')))).toEqual({ status: 'identified' });
    await expect.poll(() => wire.calls.length).toBe(3);
    await quiet(wire);
    const [, call, script] = wire.calls;
    expect(call).toMatchObject({ method: 'POST', status: 200 });
    expect(call?.path).toMatch(/\/identify$/);
    expect(script?.path).toMatch(/^\/widget\/a\/identity\.[\w-]+\.js$/);
    expect(script?.headers?.['cache-control']).toBe(IMMUTABLE);
    expect(script?.headers).toMatchObject({ 'content-encoding': 'br' });
    expect(script?.body).toBeLessThanOrEqual(BUDGET.identity);
  });

  test('to open the chat is its code and its words, within their budget', async ({
    page,
    shop,
    service,
    tag,
    widget,
  }) => {
    const wire = await followWire(page, service.url);
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await quiet(wire);
    const files = wire.calls.filter(({ type }) => type === 'Script');
    expect(names(files)).toEqual([
      expect.stringMatching(/^GET \/widget\/zipchat\.js/),
      expect.stringMatching(/^GET \/widget\/a\/chat\.[\w-]+\.js$/),
      expect.stringMatching(/^GET …\/words\?for=en/),
    ]);
    // Beside them there are calls of the API alone: no style sheet, font or picture.
    const calls = wire.calls.filter(({ method, type }) => type === 'Fetch' || method === 'OPTIONS');
    expect(calls.length).toBe(wire.calls.length - files.length);
    const chat = called(wire, '/a/chat.');
    expect(chat.headers).toMatchObject({ 'content-encoding': 'br' });
    expect(chat.headers?.['cache-control']).toBe(IMMUTABLE);
    const words = called(wire, '/words?');
    expect(words.headers).toMatchObject({ 'content-encoding': 'br' });
    expect(chat.body + words.body).toBeLessThanOrEqual(BUDGET.chat);
    // Here headers are counted, too.
    expect(bytesOf(files)).toBeLessThanOrEqual(BUDGET.both);
  });

  test('on the next page is none of the files again, and of what never changes none ever', async ({
    page,
    context,
    shop,
    corner,
    service,
    tag,
    widget,
  }) => {
    const ada = customer('Ada');
    const address = shop.page({ head: tag });
    const first = await followWire(page, service.url);
    await page.goto(address);
    await ready(page);
    await identify(page, corner.sign(ada));
    await widget.open();
    await quiet(first);
    await page.close();

    const next = await context.newPage();
    const wire = await followWire(next, service.url);
    const opened = new Widget(next);
    await next.goto(address);
    await ready(next);
    expect(await identify(next, corner.sign(anew(ada)))).toEqual({ status: 'cached' });
    await opened.open();
    await quiet(wire);
    const files = wire.calls.filter(({ type }) => type === 'Script');
    expect(files).toHaveLength(4);
    expect(names(onWire(files))).toEqual([]);
    // Leave to call was given for a day. Only the stream, whose answer says less about being kept, asks each time.
    const preflights = names(wire.calls.filter(({ method }) => method === 'OPTIONS'));
    expect(preflights.filter((name) => !name.endsWith('/events'))).toEqual([]);

    // Reloading asks whether what may change has changed; what never does is not asked for.
    const before = wire.calls.length;
    await next.reload();
    await ready(next);
    await opened.open();
    await quiet(wire);
    const again = wire.calls.slice(before).filter(({ type }) => type === 'Script');
    expect(again.filter(({ path }) => path.startsWith('/widget/a/')).length).toBeGreaterThan(0);
    expect(names(onWire(again)).filter((name) => name.includes('/widget/a/'))).toEqual([]);
  });

  test('is the smallest form that the client takes', async ({
    page,
    shop,
    service,
    tag,
    widget,
  }) => {
    const wire = await followWire(page, service.url);
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await quiet(wire);
    for (const { path, body } of wire.calls.filter(({ type }) => type === 'Script')) {
      const [plain, gzip, brotli] = await Promise.all(
        ['identity', 'gzip', 'gzip, br'].map((accepted) => sent(service.url + path, accepted)),
      );
      expect(plain?.coding, path).toBeUndefined();
      expect(gzip?.coding, path).toBe('gzip');
      expect(brotli?.coding, path).toBe('br');
      expect(brotliDecompressSync(brotli?.body ?? '').equals(plain?.body ?? Buffer.of())).toBe(
        true,
      );
      expect(brotli?.body.length, path).toBeLessThan(gzip?.body.length ?? 0);
      // It is what the browser was sent.
      expect(brotli?.body.length, path).toBe(body);
    }
  });
});

/** An answer as it is sent: `fetch` would unpack it. */
function sent(address: string, accepted: string): Promise<{ coding?: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = get(address, { headers: { 'Accept-Encoding': accepted } }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      const coding = response.headers['content-encoding'];
      resolve({ ...(coding ? { coding } : {}), body: Buffer.concat(parts) });
    });
    request.on('error', reject);
  });
}

test.describe('pages that navigate without reloading', () => {
  test('a page that exchanges its body keeps the bubble and the open chat', async ({
    page,
    shop,
    tag,
    witness,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await widget.ask('Hello');
    await page.evaluate(() => {
      const body = document.createElement('body');
      body.append('The next page');
      document.body.replaceWith(body);
      history.pushState(null, '', '/next');
    });
    await expect(page.getByText('The next page')).toBeVisible();
    await expect(widget.bubble).toHaveCount(1);
    await expect(widget.own).toHaveText(['Hello']);
    await widget.ask('And here?', 2);

    await page.evaluate(() => document.body.replaceChildren('One more'));
    await expect(widget.bubble).toHaveCount(1);
    expect(await witness.readyEvents()).toBe(1);
  });
});

test.describe('pages that make it hard', () => {
  test('blocked storage costs nothing but the memory of it', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        },
      });
    });
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    const token = corner.sign(customer('Ada'));
    expect(await identify(page, token)).toEqual({ status: 'identified' });
    expect(await identify(page, token)).toEqual({ status: 'cached' });
    await widget.open();
    await widget.ask('Hello');
    await expect(widget.answers).toContainText(['Hello Ada!']);
    expect(witness.texts).toEqual([SUCCESS]);
  });

  test('hostile values in storage are replaced', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    const hostile = '<img src=x onerror=alert(1)>"\'\\u0000';
    await page.addInitScript((value) => {
      if (sessionStorage.getItem('planted')) return;
      sessionStorage.setItem('planted', 'yes');
      localStorage.setItem('visitor_token', value);
      localStorage.setItem('zipchat_identified_visitor_token', `[${value}`);
      localStorage.setItem('zipchat_identified_claims', value);
    }, hostile);
    await page.goto(shop.page({ head: tag, body: listening(corner.sign(customer('Ada'))) }));
    await expectOneWidget(witness, widget);
    const { visitorToken, cache } = await stored(page);
    expect(visitorToken).toMatch(/^[A-Za-z0-9_-]{20,64}$/);
    expect(JSON.parse(cache ?? '').value).toBe(visitorToken);
  });

  test('a library that teaches arrays another JSON changes nothing', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    const library = `<script>
      Array.prototype.toJSON = function () { return 'array'; };
      Object.prototype.extra = function () {};
    </script>`;
    const body = listening(corner.sign(customer('Ada')));
    await page.goto(shop.page({ head: library + tag, body }));
    await expectOneWidget(witness, widget);
    await widget.open();
    await widget.ask('Hello');
    await expect(widget.answers).toContainText(['Hello Ada!']);
  });

  test('a style sheet for everything does not reach the chat', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    const styles = `<style>
      * { all: unset !important; display: none !important; }
      button, dialog { display: none !important; opacity: 0 !important; }
      html, body { display: block !important; zoom: 1.1; }
    </style>`;
    await page.goto(shop.page({ head: styles + tag }));
    await widget.open();
    await expect(widget.bubble).toBeInViewport({ ratio: 1 });
    await expect(widget.panel).toBeInViewport({ ratio: 1 });
    await expect(widget.input).toBeVisible();
  });

  test('a page without doctype in another encoding shows the chat’s name right', async ({
    page,
    shop,
    service,
    widget,
  }) => {
    const chat = await service.addChat('Café Ærø ☕');
    const html = `<html><title>Caf\u00e9</title>${tagOf(service, chat)}<p>Caf\u00e9`;
    const latin = { 'Content-Type': 'text/html; charset=iso-8859-1' };
    await page.goto(shop.raw(Buffer.from(html, 'latin1'), '/', latin));
    await widget.open();
    await expect(widget.panel.getByRole('heading')).toHaveText('Café Ærø ☕');
  });

  test('a page on plain http, where browsers have no digests, has it all the same', async ({
    page,
    shop,
    corner,
    tag,
    widget,
  }) => {
    shop.page({ head: tag });
    await page.goto(shop.plainUrl);
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await ready(page);
    const ada = customer('Ada');
    expect(await identify(page, corner.sign(ada))).toEqual({ status: 'identified' });
    expect(await identify(page, corner.sign(anew(ada)))).toEqual({ status: 'cached' });
    expect(await identify(page, corner.sign(customer('Ben')))).toEqual({ status: 'identified' });
    await widget.open();
    await widget.ask('Hello');
    await expect(widget.answers).toContainText(['Hello Ben!']);
  });
});

const NONCE = 'bm9uY2U';

test.describe('pages with a strict policy', () => {
  const strict = `default-src 'none'; script-src 'nonce-${NONCE}' 'strict-dynamic'; style-src 'none'; connect-src HOST`;
  const policies = {
    'that allows the host alone': `default-src 'none'; script-src HOST; connect-src HOST`,
    'of nonces': strict,
    'of nonces and trusted types': `${strict}; require-trusted-types-for 'script'`,
    'without any trusted type': `${strict}; require-trusted-types-for 'script'; trusted-types 'none'`,
  };
  for (const [name, policy] of Object.entries(policies)) {
    test(`a policy ${name} is never violated, by the loader or by the chat`, async ({
      page,
      shop,
      corner,
      service,
      witness,
      widget,
    }) => {
      const head = tagOf(service, corner.chat, `nonce="${NONCE}" defer`);
      const headers = { 'Content-Security-Policy': policy.replaceAll('HOST', service.url) };
      await page.goto(shop.page({ head }, '/', headers));
      await ready(page);
      expect(await identify(page, corner.sign(customer('Ada')))).toEqual({ status: 'identified' });
      await widget.open();
      await expect(widget.panel.getByRole('heading')).toHaveText(CHAT_NAME);
      await expect(widget.greeting).toHaveText('Hi Ada, how can we help?');
      await widget.ask('What can you do?');
      await widget.startNewConversation();
      await expect(widget.own).toHaveCount(0);
      // The styles are there: the panel stands in its corner.
      const place = await widget.panel.evaluate((panel) => getComputedStyle(panel).position);
      expect(place).toBe('fixed');
      await page.evaluate(() => window.Zipchat?.logout());
      expect(await witness.violations()).toEqual([]);
      expect(witness.texts).toEqual([SUCCESS]);
    });
  }
});
