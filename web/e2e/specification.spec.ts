import { createHmac } from 'node:crypto';
import type { Page, Route } from '@playwright/test';
import jwt from 'jsonwebtoken';
import { expressToken, SAMPLES } from './support/samples.ts';
import {
  addIdentifyingChat,
  expect,
  type Identifying,
  pinnedScript,
  tagOf,
  test,
} from './support/test.ts';
import { anHour, customer, sign } from './support/tokens.ts';
import { identify, ready, stored } from './support/widget.ts';
import { FAILURE, INVALID, NOT_READY, SUCCESS, type Witness } from './support/witness.ts';

const HOUR_MS = 3_600_000;

/** Everything that the specification says of a success. */
async function expectIdentified(page: Page, witness: Witness): Promise<void> {
  await expect.poll(() => witness.texts).toEqual([SUCCESS]);
  expect(witness.lines[0]?.type).toBe('log');
  expect(witness.identifyCalls).toHaveLength(1);
  const response = await witness.identifyCalls[0]?.response();
  expect(response?.status()).toBe(200);
  expect(await response?.json()).toEqual({ success: true });

  const { visitorToken, cache } = await stored(page);
  expect(visitorToken).toMatch(/^[A-Za-z0-9_-]{20,64}$/);
  const { value, expiration, ...others } = JSON.parse(cache ?? '{}');
  expect(others).toEqual({});
  expect(value).toBe(visitorToken);
  const now = await page.evaluate(() => Date.now());
  expect(expiration).toBeGreaterThan(now + HOUR_MS - 20_000);
  expect(expiration).toBeLessThanOrEqual(now + HOUR_MS);
}

test.describe('samples', () => {
  for (const sample of SAMPLES) {
    const places = [
      { where: 'before the widget is ready', early: true },
      { where: 'after the widget is ready', early: false },
    ];
    for (const { where, early } of places) {
      test(`${sample.name} identifies the customer ${where}`, async ({
        page,
        shop,
        corner,
        service,
        witness,
      }) => {
        const token = corner.sign(customer('Ada'));
        const asked: string[] = [];
        if (sample.backend) {
          shop.json(sample.backend.path, ({ method }) => {
            asked.push(method);
            return { token };
          });
        }
        const tag = tagOf(service, corner.chat, early ? 'defer' : '');
        const body = early ? tag + sample.body(token) : `${tag}<p>Hi</p>${sample.body(token)}`;
        await page.goto(shop.page({ head: sample.head?.(token) ?? '', body }));

        await expectIdentified(page, witness);
        expect(asked).toEqual(sample.backend ? [sample.backend.method] : []);
        expect(await witness.readyEvents()).toBe(1);
      });
    }
  }

  test('the Express backend makes tokens that identify the customer', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    const { email } = customer('Grace');
    const user = { id: 7, email, firstName: 'Grace', lastName: 'Hopper', subscriptionTier: 'pro' };
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, expressToken(corner.key.private_key, user));
    await expectIdentified(page, witness);
    await widget.open();
    await expect(widget.status).toHaveText('Signed in as Grace Hopper');
  });
});

test.describe('validation in the page', () => {
  test('what is not a non-empty string is refused without a request', async ({
    page,
    shop,
    tag,
    witness,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    const statuses = await page.evaluate(async () => {
      const identify = window.Zipchat?.identify;
      const wrong = [
        '',
        ' ',
        '\n\t',
        undefined,
        null,
        0,
        7,
        true,
        {},
        [],
        ['a.b.c'],
        () => 'a.b.c',
      ];
      const outcomes = await Promise.all(wrong.map((argument) => identify?.(argument)));
      return outcomes.map((outcome) => outcome?.status);
    });
    expect(statuses).toEqual(Array(12).fill('invalid'));
    expect(witness.lines).toEqual(Array(12).fill({ type: 'error', text: INVALID }));
    expect(witness.identifyCalls).toEqual([]);
  });

  test('before the widget is ready nothing is sent, and the console says what to wait for', async ({
    page,
    shop,
    corner,
    service,
    witness,
  }) => {
    const token = corner.sign(customer('Ada'));
    const early = `<script>
      window.early = { ready: Zipchat.isReadyToIdentify(), outcome: Zipchat.identify('${token}') };
    </script>`;
    await page.goto(shop.page({ head: tagOf(service, corner.chat, '') + early }));
    await ready(page);
    const [wasReady, outcome] = await page.evaluate(async () => {
      const { early } = window as unknown as { early: { ready: boolean; outcome: unknown } };
      return [early.ready, await early.outcome];
    });
    expect(wasReady).toBe(false);
    expect(outcome).toEqual({ status: 'not_ready' });
    expect(witness.lines).toEqual([{ type: 'error', text: NOT_READY }]);
    expect(witness.identifyCalls).toEqual([]);
    expect(await identify(page, token)).toEqual({ status: 'identified' });
  });
});

/** Each cause that the specification names, as a token and the chat to send it to. */
const REFUSALS: Record<string, (chat: Identifying, other: Identifying) => string> = {
  'it is no JWT': () => 'not-a-token',
  'it was signed with another key': (_, other) => other.sign(customer('Ada')),
  'it was signed with HS256 and the public key': ({ key }) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...customer('Ada'), ...anHour() })}`;
    return `${text}.${createHmac('sha256', key.public_key).update(text).digest('base64url')}`;
  },
  'it was signed with HS256 and a secret': () =>
    jwt.sign({ ...customer('Ada'), ...anHour() }, 'secret', { algorithm: 'HS256' }),
  'it has expired': ({ key }) => {
    const now = Math.floor(Date.now() / 1000);
    return sign(key.private_key, { ...customer('Ada'), iat: now - 7_200, exp: now - 1 });
  },
  'the email is missing': ({ sign }) => sign({ first_name: 'Ada' }),
  'the email is null': ({ sign }) => sign({ email: null }),
  'the email is empty': ({ sign }) => sign({ email: '' }),
};

async function expectRefused(page: Page, witness: Witness, token: string): Promise<void> {
  expect(await identify(page, token)).toEqual({ status: 'refused' });
  const response = await witness.identifyCalls[0]?.response();
  expect(response?.status()).toBe(422);
  expect(await response?.json()).toEqual({ success: false });
  // Long after, nothing was sent again.
  await page.clock.runFor(120_000);
  expect(witness.identifyCalls).toHaveLength(1);
  expect(witness.lines).toHaveLength(1);
  expect(witness.lines[0]?.type).toBe('error');
  expect(witness.texts[0]).toMatch(new RegExp(`^${FAILURE}.+`));
  expect((await stored(page)).cache).toBeNull();
}

test.describe('refusals', () => {
  for (const [cause, tokenOf] of Object.entries(REFUSALS)) {
    test(`a token is refused once and for all when ${cause}`, async ({
      page,
      shop,
      corner,
      service,
      tag,
      witness,
    }) => {
      const other = await addIdentifyingChat(service, 'Another shop');
      await page.clock.install();
      await page.goto(shop.page({ head: tag }));
      await ready(page);
      await expectRefused(page, witness, tokenOf(corner, other));
    });
  }

  test('a token is refused where identification is not active, though the widget is ready', async ({
    page,
    shop,
    corner,
    service,
    witness,
  }) => {
    const inactive = await service.addChat('Not activated');
    await page.clock.install();
    await page.goto(shop.page({ head: tagOf(service, inactive) }));
    await ready(page);
    await expectRefused(page, witness, corner.sign(customer('Ada')));
  });

  test('a token is refused where there is no such chat', async ({
    page,
    shop,
    corner,
    service,
    witness,
  }) => {
    // The one script that any id can be given to.
    const address = `${await pinnedScript(service)}?id=ABCDEFGHIJKLMNOPQRST`;
    await page.clock.install();
    await page.goto(shop.page({ head: `<script src="${address}" defer></script>` }));
    await ready(page);
    await expectRefused(page, witness, corner.sign(customer('Ada')));
  });

  test('a refused token leaves an identity as it was', async ({
    page,
    shop,
    corner,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, corner.sign(customer('Ada')));
    expect(await identify(page, 'not-a-token')).toEqual({ status: 'refused' });
    await widget.open();
    await expect(widget.status).toHaveText('Signed in as Ada Example');
  });
});

const IDENTIFY = '**/identify';

/** From here on the page's time passes only where the test lets it. */
async function pause(page: Page): Promise<void> {
  await page.clock.pauseAt(Date.now() + 60_000);
}

/** Lets quiet attempts happen, a second of the page's time at a time, until there were `count`. */
async function passUntil(page: Page, witness: Witness, count: number): Promise<void> {
  await expect(async () => {
    await page.clock.runFor(1_000);
    expect(witness.identifyCalls).toHaveLength(count);
  }).toPass({ intervals: [10] });
  await witness.identifyCalls.at(-1)?.response();
}

test.describe('trouble on the way', () => {
  const failures: { what: string; status: string; fail(route: Route): Promise<void> }[] = [
    { what: 'the network fails', status: 'network', fail: (route) => route.abort() },
    {
      what: 'the service is overloaded',
      status: 'unavailable',
      fail: (route) => route.fulfill({ status: 503, json: { success: false } }),
    },
    {
      what: 'there were too many attempts',
      status: 'unavailable',
      fail: (route) => route.fulfill({ status: 429, json: { success: false } }),
    },
  ];
  for (const { what, status, fail } of failures) {
    test(`when ${what}, the console says so once and a later attempt succeeds`, async ({
      page,
      shop,
      corner,
      tag,
      witness,
    }) => {
      let left = 2;
      await page.route(IDENTIFY, (route) => (left-- > 0 ? fail(route) : route.continue()));
      await page.clock.install();
      await page.goto(shop.page({ head: tag }));
      await ready(page);
      const token = corner.sign(customer('Ada'));
      expect(await identify(page, token)).toEqual({ status });
      await passUntil(page, witness, 3);
      await expect.poll(() => witness.texts).toContain(SUCCESS);
      expect(witness.lines).toEqual([
        { type: 'error', text: expect.stringMatching(`^${FAILURE}.+`) },
        { type: 'log', text: SUCCESS },
      ]);
      expect(JSON.parse((await stored(page)).cache ?? '{}').value).toBeTruthy();
    });

    test(`when ${what} for good, four quiet attempts follow the first and no more`, async ({
      page,
      shop,
      corner,
      tag,
      witness,
    }) => {
      await page.route(IDENTIFY, fail);
      await page.clock.install();
      await page.goto(shop.page({ head: tag }));
      await ready(page);
      await identify(page, corner.sign(customer('Ada')));
      await passUntil(page, witness, 5);
      await page.clock.runFor(600_000);
      expect(witness.identifyCalls).toHaveLength(5);
      expect(witness.lines).toEqual([
        { type: 'error', text: expect.stringMatching(`^${FAILURE}.+`) },
      ]);
    });
  }

  test('an attempt waits as long as Retry-After asks', async ({
    page,
    shop,
    corner,
    tag,
    witness,
  }) => {
    await page.route(IDENTIFY, (route) =>
      route.fulfill({
        status: 429,
        headers: {
          'Retry-After': '30',
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Expose-Headers': '*',
        },
        json: { success: false },
      }),
    );
    await page.clock.install();
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await pause(page);
    await identify(page, corner.sign(customer('Ada')));
    await page.clock.runFor(29_900);
    expect(witness.identifyCalls).toHaveLength(1);
    await page.clock.runFor(1_200);
    await expect.poll(() => witness.identifyCalls.length).toBe(2);
  });

  test('coming back online ends the wait for the network', async ({
    page,
    shop,
    corner,
    tag,
    witness,
  }) => {
    await page.clock.install();
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await pause(page);
    await page.context().setOffline(true);
    expect(await identify(page, corner.sign(customer('Ada')))).toEqual({ status: 'network' });
    // The page's time stands still: no back-off can end by itself.
    await page.context().setOffline(false);
    await expect.poll(() => witness.texts).toContain(SUCCESS);
    expect(witness.identifyCalls).toHaveLength(2);
  });

  test('one token in flight is one request and one outcome', async ({
    page,
    shop,
    corner,
    tag,
    witness,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    const same = await page.evaluate(
      async (token) => {
        const first = window.Zipchat?.identify(token);
        const second = window.Zipchat?.identify(token);
        return [first === second, await first];
      },
      corner.sign(customer('Ada')),
    );
    expect(same).toEqual([true, { status: 'identified' }]);
    await expectIdentified(page, witness);
  });
});

test.describe('rate limiting', () => {
  test('a customer who was identified within the hour costs no request, on the next page too', async ({
    page,
    shop,
    corner,
    tag,
    witness,
  }) => {
    const token = corner.sign(customer('Ada'));
    const address = shop.page({ head: tag });
    await page.goto(address);
    await ready(page);
    await identify(page, token);
    await expectIdentified(page, witness);
    await page.goto(address);
    await ready(page);
    expect(await identify(page, token)).toEqual({ status: 'cached' });
    expect(await witness.readyEvents()).toBe(1);
    expect(witness.identifyCalls).toHaveLength(1);
    expect(witness.texts).toEqual([SUCCESS]);
  });

  test('clearing localStorage lets the same token through at once', async ({
    page,
    shop,
    corner,
    tag,
    witness,
  }) => {
    const token = corner.sign(customer('Ada'));
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, token);
    await page.evaluate(() => localStorage.clear());
    expect(await identify(page, token)).toEqual({ status: 'identified' });
    expect(witness.texts).toEqual([SUCCESS, SUCCESS]);
    expect((await stored(page)).visitorToken).toBeTruthy();
  });
});
