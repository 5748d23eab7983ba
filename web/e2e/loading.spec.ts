import { createHash } from 'node:crypto';
import { CHAT_NAME, expect, pinnedScript, tagOf, test } from './support/test.ts';
import { anew, customer } from './support/tokens.ts';
import { identify, ready, stored, type Widget } from './support/widget.ts';
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
