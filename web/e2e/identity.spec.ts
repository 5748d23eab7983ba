import type { BrowserContext, Page } from '@playwright/test';
import { addIdentifyingChat, expect, tagOf, test } from './support/test.ts';
import { anew, customer, sign } from './support/tokens.ts';
import { identify, logout, ready, stored, Widget } from './support/widget.ts';
import { SUCCESS, Witness } from './support/witness.ts';

const MINUTE_MS = 60_000;

/** A page's script that identifies whenever it is asked to, with what the shop's backend signs then. */
const IDENTIFYING = `<script>
  addEventListener('zipchat:ready-to-identify', async () => {
    const answer = await fetch('/token', { method: 'POST' });
    Zipchat.identify((await answer.json()).token);
  });
</script>`;

/** A second page of the shop in the same browser. */
async function anotherTab(context: BrowserContext, address: string) {
  const page = await context.newPage();
  const witness = await Witness.of(page);
  await page.goto(address);
  await ready(page);
  return { page, witness, widget: new Widget(page) };
}

async function visitorToken(page: Page): Promise<string> {
  const { visitorToken } = await stored(page);
  return visitorToken ?? '';
}

test.describe('the cache', () => {
  test('answers for fresh tokens that say the same, for an hour and not longer', async ({
    page,
    shop,
    corner,
    tag,
    witness,
  }) => {
    const ada = customer('Ada');
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    const now = Date.now();
    await page.clock.setFixedTime(now);
    expect(await identify(page, corner.sign(anew(ada)))).toEqual({
      status: 'identified',
    });
    const token = await visitorToken(page);

    await page.clock.setFixedTime(now + 60 * MINUTE_MS - 1_000);
    expect(await identify(page, corner.sign(anew(ada)))).toEqual({ status: 'cached' });
    expect(witness.identifyCalls).toHaveLength(1);

    await page.clock.setFixedTime(now + 60 * MINUTE_MS);
    expect(await identify(page, corner.sign(anew(ada)))).toEqual({
      status: 'identified',
    });
    // The same customer on a visitor that is known to be theirs: no other token.
    expect(await visitorToken(page)).toBe(token);
    expect(witness.texts).toEqual([SUCCESS, SUCCESS]);
  });

  test('does not last for ever where the clock was set back', async ({
    page,
    shop,
    corner,
    tag,
  }) => {
    const ada = customer('Ada');
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, corner.sign(anew(ada)));
    await page.clock.setFixedTime(Date.now() - 120 * MINUTE_MS);
    expect(await identify(page, corner.sign(anew(ada)))).toEqual({
      status: 'identified',
    });
  });

  test('never swallows changed claims', async ({ page, shop, corner, tag, witness, widget }) => {
    const ada = customer('Ada');
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, corner.sign(ada));
    const token = await visitorToken(page);
    const married = { ...ada, last_name: 'Lovelace', additional_attributes: { tier: 'gold' } };
    expect(await identify(page, corner.sign(married))).toEqual({ status: 'identified' });
    expect(witness.identifyCalls).toHaveLength(2);
    expect(await visitorToken(page)).toBe(token);
    await widget.open();
    await expect(widget.status).toHaveText('Signed in as Ada Lovelace');
  });

  test('never swallows another customer, who gets a token and an empty chat of their own', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, corner.sign(customer('Ada')));
    await widget.open();
    await widget.ask('A question of Ada’s');
    const token = await visitorToken(page);

    expect(await identify(page, corner.sign(customer('Ben')))).toEqual({ status: 'identified' });
    await expect(widget.greeting).toHaveText('Hi Ben, how can we help?');
    await expect(widget.own).toHaveCount(0);
    await expect(widget.answers).toHaveCount(0);
    const next = await visitorToken(page);
    expect(next).not.toBe(token);
    expect(JSON.parse((await stored(page)).cache ?? '').value).toBe(next);
    expect(witness.texts).toEqual([SUCCESS, SUCCESS]);
    await widget.ask('A question of Ben’s');
    await expect(widget.own).toHaveText(['A question of Ben’s']);
  });

  test('gives no email away', async ({ page, shop, corner, tag }) => {
    const ada = customer('Ada');
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, corner.sign(ada));
    const everything = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(everything).not.toContain(ada.email);
    expect(everything).not.toContain(Buffer.from(ada.email).toString('base64url').slice(2, -4));
  });
});

test.describe('a visitor who becomes a customer', () => {
  test('keeps the conversation, and the token from before reads nothing any more', async ({
    page,
    shop,
    corner,
    service,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    const anonymous = await visitorToken(page);
    await widget.open();
    await expect(widget.greeting).toHaveText('Hi, how can we help?');
    await widget.ask('Do you deliver?');
    await identify(page, corner.sign(customer('Ada')));
    await expect(widget.greeting).toHaveText('Hi Ada, how can we help?');
    await expect(widget.own).toHaveText(['Do you deliver?']);
    await widget.ask('Hello', 2);
    await expect(widget.answers.last()).toContainText('Hello Ada!');

    const address = `${service.url}/widget/${corner.chat.widget_token}/conversation`;
    const call = await fetch(address, { headers: { Authorization: `Bearer ${anonymous}` } });
    expect(call.status).toBe(401);
    expect((await call.json()).error.code).toBe('visitor_token_ended');
  });

  test('finds the earlier conversations in another browser', async ({
    page,
    browser,
    shop,
    corner,
    tag,
    widget,
  }) => {
    const ada = customer('Ada');
    const address = shop.page({ head: tag });
    await page.goto(address);
    await ready(page);
    await identify(page, corner.sign(ada));
    await widget.open();
    await widget.ask('Said on the first device');

    const elsewhere = await browser.newContext();
    const other = await anotherTab(elsewhere, address);
    await identify(other.page, corner.sign(anew(ada)));
    await other.widget.open();
    await expect(other.widget.own).toHaveCount(0);
    await other.widget.panel.getByRole('button', { name: 'Earlier conversations' }).click();
    await other.widget.panel.getByRole('listitem').getByRole('button').click();
    await expect(other.widget.own).toHaveText(['Said on the first device']);
    await expect(other.widget.input).toBeHidden();
    await elsewhere.close();
  });
});

test.describe('a new conversation', () => {
  test('asks the page to identify again, and the customer is known at once', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    const ada = customer('Ada');
    shop.json('/token', () => ({ token: corner.sign(anew(ada)) }));
    await page.goto(shop.page({ head: IDENTIFYING + tag }));
    await expect.poll(() => witness.texts).toEqual([SUCCESS]);
    await widget.open();
    await widget.ask('Hello');
    const token = await visitorToken(page);

    await widget.startNewConversation();
    await expect.poll(() => witness.texts).toEqual([SUCCESS, SUCCESS]);
    await expect(widget.own).toHaveCount(0);
    await expect(widget.status).toHaveText('Signed in as Ada Example');
    expect(await witness.readyEvents()).toBe(2);
    expect(witness.identifyCalls).toHaveLength(2);
    expect(await visitorToken(page)).not.toBe(token);
    await widget.ask('Hello again');
    await expect(widget.answers).toContainText(['Hello Ada!']);
  });
});

test.describe('logout', () => {
  test('clears the storage and the chat, ends the token, and asks nobody to sign back in', async ({
    page,
    shop,
    corner,
    service,
    tag,
    witness,
    widget,
  }) => {
    shop.json('/token', () => ({ token: corner.sign(customer('Ada')) }));
    const address = shop.page({ head: IDENTIFYING + tag });
    await page.goto(address);
    await expect.poll(() => witness.texts).toEqual([SUCCESS]);
    await widget.open();
    await widget.ask('Hello');
    const token = await visitorToken(page);

    expect(await logout(page)).toEqual({ status: 'logged_out' });
    await expect(widget.greeting).toHaveText('Hi, how can we help?');
    await expect(widget.own).toHaveCount(0);
    await expect(widget.answers).toHaveCount(0);
    const after = await stored(page);
    expect(after.keys).toEqual(['visitor_token']);
    expect(after.visitorToken).not.toBe(token);
    expect(await page.evaluate(() => window.Zipchat?.isReadyToIdentify())).toBe(true);

    const read = `${service.url}/widget/${corner.chat.widget_token}/conversation`;
    const call = await fetch(read, { headers: { Authorization: `Bearer ${token}` } });
    expect(call.status).toBe(401);

    // What is said now is said by nobody in particular, and still no event has come.
    await widget.ask('Who am I?');
    await expect(widget.answers).toContainText(['I do not know who you are']);
    expect(await witness.readyEvents()).toBe(1);
    expect(witness.identifyCalls).toHaveLength(1);

    await page.goto(address);
    await expect.poll(() => witness.texts).toEqual([SUCCESS, SUCCESS]);
  });

  test('empties the other tab within a second, which is not signed back in either', async ({
    page,
    context,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    const ada = customer('Ada');
    shop.json('/token', () => ({ token: corner.sign(ada) }));
    const address = shop.page({ head: IDENTIFYING + tag });
    await page.goto(address);
    await expect.poll(() => witness.texts).toEqual([SUCCESS]);
    const other = await anotherTab(context, address);
    await widget.open();
    await widget.ask('Hello');
    await other.widget.open();
    await expect(other.widget.own).toHaveText(['Hello']);

    const left = logout(page);
    await expect(other.widget.own).toHaveCount(0, { timeout: 1_000 });
    await left;
    await expect(other.widget.greeting).toHaveText('Hi, how can we help?');
    expect(await visitorToken(other.page)).toBe(await visitorToken(page));
    expect(await other.witness.readyEvents()).toBe(1);
    expect(other.witness.texts).toEqual([]);
    expect(witness.texts).toEqual([SUCCESS]);
  });
});

test.describe('two tabs', () => {
  test('what one identifies, the other knows without a request', async ({
    page,
    context,
    shop,
    corner,
    tag,
    widget,
  }) => {
    const ada = customer('Ada');
    const address = shop.page({ head: tag });
    await page.goto(address);
    await ready(page);
    const other = await anotherTab(context, address);
    await other.widget.open();
    await expect(other.widget.greeting).toHaveText('Hi, how can we help?');

    await identify(page, corner.sign(anew(ada)));
    await expect(other.widget.greeting).toHaveText('Hi Ada, how can we help?');
    expect(await identify(other.page, corner.sign(anew(ada)))).toEqual({
      status: 'cached',
    });
    expect(other.witness.identifyCalls).toEqual([]);

    await widget.open();
    await widget.ask('From the first');
    await expect(other.widget.own).toHaveText(['From the first']);
    await other.widget.ask('From the second', 2);
    await expect(widget.own).toHaveText(['From the first', 'From the second']);
  });

  test('that identify at the same moment end as the same visitor', async ({
    page,
    context,
    shop,
    corner,
    tag,
    widget,
  }) => {
    const ada = customer('Ada');
    const address = shop.page({ head: tag });
    await page.goto(address);
    await ready(page);
    await widget.open();
    await widget.ask('Said before');
    const other = await anotherTab(context, address);
    const outcomes = await Promise.all([
      identify(page, corner.sign(anew(ada))),
      identify(other.page, corner.sign(anew(ada))),
    ]);
    for (const outcome of outcomes) expect(outcome?.status).toMatch(/^(identified|cached)$/);
    await other.widget.open();
    for (const tab of [widget, other.widget]) {
      await expect(tab.greeting).toHaveText('Hi Ada, how can we help?');
      await expect(tab.own).toHaveText(['Said before']);
    }
    await widget.ask('Said after', 2);
    await expect(other.widget.own).toHaveText(['Said before', 'Said after']);
  });
});

test.describe('identities and tokens that end', () => {
  test('when the merchant ends all identities, the page is asked to identify again', async ({
    page,
    shop,
    service,
    witness,
    widget,
  }) => {
    const own = await addIdentifyingChat(service, 'Ending Shop');
    const ada = customer('Ada');
    let key = own.key.private_key;
    shop.json('/token', () => ({ token: sign(key, anew(ada)) }));
    await page.goto(shop.page({ head: IDENTIFYING + tagOf(service, own.chat) }));
    await expect.poll(() => witness.texts).toEqual([SUCCESS]);
    await widget.open();
    await widget.ask('Hello');
    await expect(widget.status).toHaveText('Signed in as Ada Example');

    await service.deactivate(own.chat);
    await expect(widget.status).toHaveText('Ask us anything');
    await expect.poll(() => witness.readyEvents()).toBe(2);
    await expect.poll(() => witness.identifyCalls.length).toBe(2);

    key = (await service.activate(own.chat)).private_key;
    // A running service follows its commands within a second.
    await expect.poll(() => identify(page, sign(key, anew(ada)))).toEqual({ status: 'identified' });
    await page.reload();
    await expect.poll(() => witness.texts.at(-1)).toBe(SUCCESS);
    await widget.open();
    await expect(widget.status).toHaveText('Signed in as Ada Example');
  });

  test('when the identity has lapsed at the service, the page is asked to identify again', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    const ada = customer('Ada');
    shop.json('/token', () => ({ token: corner.sign(anew(ada)) }));
    await page.goto(shop.page({ head: IDENTIFYING + tag }));
    await expect.poll(() => witness.texts).toEqual([SUCCESS]);
    // What the service says two hours later; the wait itself is tested with the service's clock.
    await page.route('**/conversation', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      await route.fulfill({ response, json: { ...body, visitor: { verified: false } } });
      await page.unroute('**/conversation');
    });
    await widget.open();
    await expect.poll(() => witness.readyEvents()).toBe(2);
    await expect.poll(() => witness.texts).toEqual([SUCCESS, SUCCESS]);
    await expect(widget.status).toHaveText('Signed in as Ada Example');
  });

  test('a token in storage that has ended is exchanged, and the customer is known again', async ({
    page,
    shop,
    corner,
    service,
    tag,
    witness,
    widget,
  }) => {
    const ended = 'ended-token-of-a-visitor-who-left_000';
    const token = `${ended}${Date.now()}`.slice(-40);
    const base = `${service.url}/widget/${corner.chat.widget_token}`;
    const headers = { Authorization: `Bearer ${token}` };
    expect((await fetch(`${base}/logout`, { method: 'POST', headers })).status).toBe(200);
    await page.addInitScript((value) => {
      if (sessionStorage.getItem('planted')) return;
      sessionStorage.setItem('planted', 'yes');
      localStorage.setItem('visitor_token', value);
    }, token);

    // Somebody who is not signed in just writes.
    const address = shop.page({ head: tag });
    await page.goto(address);
    await widget.open();
    await widget.ask('Hello');
    expect(await visitorToken(page)).not.toBe(token);

    // Somebody who is signed in is known by the ended token too.
    await page.evaluate((value) => localStorage.setItem('visitor_token', value), token);
    await page.reload();
    await ready(page);
    expect(await identify(page, corner.sign(customer('Ada')))).toEqual({ status: 'identified' });
    expect(await visitorToken(page)).not.toBe(token);
    await widget.open();
    await expect(widget.own).toHaveCount(0);
    await widget.ask('Hello');
    await expect(widget.answers).toContainText(['Hello Ada!']);
    expect(witness.texts).toEqual([SUCCESS]);
  });

  test('an answer that was lost on the way is mended by asking again', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await widget.ask('Said before');
    let lost = 0;
    await page.route('**/identify', async (route) => {
      if (lost++ > 0) return route.continue();
      await route.fetch();
      await route.abort();
    });
    expect(await identify(page, corner.sign(customer('Ada')))).toEqual({ status: 'network' });
    await expect.poll(() => witness.texts).toContain(SUCCESS);
    await expect(widget.greeting).toHaveText('Hi Ada, how can we help?');
    await expect(widget.own).toHaveText(['Said before']);
    await widget.ask('Said after', 2);
  });
});
