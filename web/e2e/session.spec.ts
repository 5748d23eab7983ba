import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import type { Service } from './support/service.ts';
import { addIdentifyingChat, expect, type Identifying, tagOf, test } from './support/test.ts';
import { anew, customer, sign } from './support/tokens.ts';
import { identify, logout, ready, stored, Widget } from './support/widget.ts';
import { FAILURE, SUCCESS } from './support/witness.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A page's script that identifies whenever it is asked to, as the specification has it. */
const IDENTIFYING = `<script>
  addEventListener('zipchat:ready-to-identify', async () => {
    const answer = await fetch('/token', { method: 'POST' });
    Zipchat.identify((await answer.json()).token);
  });
</script>`;

/** A page's script that only says where tokens come from. */
const PROVIDING = `<script>
  addEventListener('zipchat:ready-to-identify', () => {
    Zipchat.setTokenProvider(async () => {
      const answer = await fetch('/token', { method: 'POST' });
      return (await answer.json()).token;
    });
  }, { once: true });
</script>`;

function setting(service: Service, { chat }: Identifying, text: string): Promise<string> {
  return service.command(['chat', 'set', '--chat', chat.chat_id, text]);
}

/** What the visitor's own messages are to the service. */
async function said(page: Page, service: Service, { chat }: Identifying) {
  const { visitorToken } = await stored(page);
  const address = `${service.url}/widget/${chat.widget_token}/conversation`;
  const call = await fetch(address, { headers: { Authorization: `Bearer ${visitorToken}` } });
  const { messages } = (await call.json()) as {
    messages: { author: string; text: string; verified: boolean }[];
  };
  return messages
    .filter(({ author }) => author === 'visitor')
    .map(({ text, verified }) => ({ text, verified }));
}

test.describe('an identity that lapses', () => {
  test('is announced at that moment by a page whose chat was never opened', async ({
    page,
    shop,
    corner,
    tag,
    witness,
  }) => {
    const ada = customer('Ada');
    shop.json('/token', () => ({ token: corner.sign(anew(ada)) }));
    await page.clock.install();
    await page.goto(shop.page({ head: IDENTIFYING + tag }));
    await expect.poll(() => witness.texts).toEqual([SUCCESS]);
    const lapse = await page.evaluate(() => Number(localStorage.zipchat_identity_lapses_at));
    expect(Math.abs(lapse - Date.now() - 2 * HOUR_MS)).toBeLessThan(MINUTE_MS);

    await page.clock.fastForward(2 * HOUR_MS - MINUTE_MS);
    expect(await witness.readyEvents()).toBe(1);
    await page.clock.fastForward(2 * MINUTE_MS);
    await expect.poll(() => witness.texts).toEqual([SUCCESS, SUCCESS]);
    expect(await witness.readyEvents()).toBe(2);
    expect(witness.identifyCalls).toHaveLength(2);
  });

  test('that lasts a quarter of an hour is not kept from its page by the cache of an hour', async ({
    page,
    shop,
    service,
    witness,
  }) => {
    const own = await addIdentifyingChat(service, 'Short Shop');
    await setting(service, own, 'identification.session=900');
    const ada = customer('Ada');
    shop.json('/token', () => ({ token: own.sign(anew(ada)) }));
    await page.clock.install();
    await expect
      .poll(async () => {
        // A running service follows its commands within a second.
        await page.goto(shop.page({ head: IDENTIFYING + tagOf(service, own.chat) }));
        await page.evaluate(() => localStorage.clear());
        await page.reload();
        await page.waitForFunction(() => localStorage.zipchat_identity_lapses_at);
        const at = await page.evaluate(() => Number(localStorage.zipchat_identity_lapses_at));
        return Math.round((at - Date.now()) / MINUTE_MS);
      })
      .toBe(15);
    const calls = witness.identifyCalls.length;
    await page.clock.fastForward(16 * MINUTE_MS);
    await expect.poll(() => witness.identifyCalls.length).toBe(calls + 1);
    await expect.poll(() => witness.texts.at(-1)).toBe(SUCCESS);
  });

  test('never comes to that where the page has a token provider', async ({
    page,
    shop,
    corner,
    tag,
    witness,
    widget,
  }) => {
    const ada = customer('Ada');
    let asked = 0;
    shop.json('/token', () => {
      asked += 1;
      return { token: corner.sign(anew(ada)) };
    });
    await page.clock.install();
    await page.goto(shop.page({ head: PROVIDING + tag }));
    await expect.poll(() => witness.texts).toEqual([SUCCESS]);
    const { visitorToken } = await stored(page);
    for (const times of [2, 3]) {
      await page.clock.fastForward(2 * HOUR_MS - 3 * MINUTE_MS);
      expect(asked).toBe(times - 1);
      await page.clock.fastForward(2 * MINUTE_MS);
      await expect.poll(() => witness.texts).toHaveLength(times);
      expect(asked).toBe(times);
    }
    expect(await witness.readyEvents()).toBe(1);
    expect((await stored(page)).visitorToken).toBe(visitorToken);
    await widget.open();
    await expect(widget.status).toHaveText('Signed in as Ada Example');

    await logout(page);
    await page.clock.fastForward(5 * HOUR_MS);
    expect(asked).toBe(3);
  });

  test('is put off by one of the tabs for all of them', async ({
    page,
    context,
    shop,
    corner,
    tag,
    witness,
  }) => {
    const ada = customer('Ada');
    let asked = 0;
    shop.json('/token', () => {
      asked += 1;
      return { token: corner.sign(anew(ada)) };
    });
    const address = shop.page({ head: PROVIDING + tag });
    await page.clock.install();
    await page.goto(address);
    await expect.poll(() => witness.texts).toEqual([SUCCESS]);
    const other = await context.newPage();
    await other.goto(address);
    await expect.poll(() => asked).toBe(2);

    const remembered = () => page.evaluate(() => localStorage.zipchat_identity_lapses_at);
    const before = await remembered();
    // The clock is that of both pages.
    await context.clock.fastForward(2 * HOUR_MS - 65_000);
    await expect.poll(remembered).not.toBe(before);
    await context.clock.runFor(3_000);
    expect(asked).toBe(3);
    await other.close();
  });

  test('leaves what was typed where it is, and it goes out when the customer is known again', async ({
    page,
    shop,
    service,
    widget,
  }) => {
    const own = await addIdentifyingChat(service, 'Patient Shop');
    const ada = customer('Ada');
    await page.goto(shop.page({ head: tagOf(service, own.chat) }));
    await ready(page);
    await identify(page, own.sign(anew(ada)));
    await widget.open();
    await widget.ask('Hello');
    await widget.input.fill('Where is my order?');

    await service.deactivate(own.chat);
    await expect(widget.status).toHaveText('Ask us anything');
    await expect(widget.input).toHaveValue('Where is my order?');
    await widget.input.press('Enter');
    await expect(widget.outgoing).toHaveText(['Where is my order?']);
    await expect(widget.log.getByText('Confirming who you are')).toBeVisible();
    await expectAccessible(page, 'waiting for the page');

    const key = (await service.activate(own.chat)).private_key;
    await expect.poll(() => identify(page, sign(key, anew(ada)))).toEqual({ status: 'identified' });
    await expect(widget.own).toHaveText(['Hello', 'Where is my order?']);
    expect(await said(page, service, own)).toEqual([
      { text: 'Hello', verified: true },
      { text: 'Where is my order?', verified: true },
    ]);
  });

  test('asks the customer after a while, who may say it without a name or keep it', async ({
    page,
    shop,
    service,
    widget,
  }) => {
    const own = await addIdentifyingChat(service, 'Asking Shop');
    await page.goto(shop.page({ head: tagOf(service, own.chat) }));
    await ready(page);
    await identify(page, own.sign(customer('Ada')));
    await widget.open();
    await expect(widget.status).toHaveText('Signed in as Ada Example');
    await widget.input.fill('Where is my order?');
    await service.deactivate(own.chat);
    await expect(widget.status).toHaveText('Ask us anything');
    await widget.input.press('Enter');

    const question = widget.panel.getByRole('group', { name: /Send your message without/ });
    await expect(question).toBeVisible({ timeout: 15_000 });
    await expectAccessible(page, 'asking');
    expect(await said(page, service, own)).toEqual([]);
    await question.getByRole('button', { name: 'Keep it for later' }).click();
    await expect(question).toBeHidden();
    await expect(widget.log.getByText('Kept until you are signed in again.')).toBeVisible();
    await widget.ask('Do you deliver?');
    await widget.log.getByRole('button', { name: 'Send without signing in' }).click();
    await expect(widget.own).toHaveText(['Do you deliver?', 'Where is my order?']);
    expect(await said(page, service, own)).toEqual([
      { text: 'Do you deliver?', verified: false },
      { text: 'Where is my order?', verified: false },
    ]);
  });

  test('leaves nothing that was typed to the next customer', async ({
    page,
    shop,
    service,
    widget,
  }) => {
    const own = await addIdentifyingChat(service, 'Busy Shop');
    await page.goto(shop.page({ head: tagOf(service, own.chat) }));
    await ready(page);
    await identify(page, own.sign(customer('Ada')));
    await widget.open();
    await widget.ask('Said by Ada');
    await widget.input.fill('Sent by Ada');
    await service.deactivate(own.chat);
    await expect(widget.status).toHaveText('Ask us anything');
    await widget.input.press('Enter');
    await widget.input.fill('Typed by Ada');

    const key = (await service.activate(own.chat)).private_key;
    const ben = customer('Ben');
    await expect.poll(() => identify(page, sign(key, anew(ben)))).toEqual({ status: 'identified' });
    await expect(widget.greeting).toHaveText('Hi Ben, how can we help?');
    await expect(widget.input).toHaveValue('');
    const remains = await page.evaluate(() => {
      const root = document.getElementById('zipchat-shadow-host')?.shadowRoot;
      return `${root?.textContent} ${JSON.stringify({ ...localStorage, ...sessionStorage })}`;
    });
    expect(remains).not.toMatch(/Ada|ada-/);
    expect(await said(page, service, own)).toEqual([]);
  });
});

test('a logout takes what was typed out of every tab, and their provider is left alone', async ({
  page,
  context,
  shop,
  corner,
  tag,
  widget,
}) => {
  const ada = customer('Ada');
  let asked = 0;
  shop.json('/token', () => {
    asked += 1;
    return { token: corner.sign(anew(ada)) };
  });
  const address = shop.page({ head: PROVIDING + tag });
  await page.goto(address);
  await widget.open();
  await expect(widget.status).toHaveText('Signed in as Ada Example');
  const other = await context.newPage();
  await other.goto(address);
  const elsewhere = new Widget(other);
  await elsewhere.open();
  await expect(elsewhere.status).toHaveText('Signed in as Ada Example');
  await widget.input.fill('half typed here');
  await elsewhere.input.fill('half typed there');

  const before = asked;
  const left = logout(page);
  await expect(elsewhere.input).toHaveValue('', { timeout: 1_000 });
  await expect(widget.input).toHaveValue('');
  await left;
  await expect(elsewhere.status).toHaveText('Ask us anything');
  await elsewhere.ask('Who am I?');
  await expect(elsewhere.answers).toContainText(['I do not know who you are']);
  expect(asked).toBe(before);
  for (const tab of [page, other]) expect((await stored(tab)).keys).toEqual(['visitor_token']);
  await other.close();
});

test.describe('a chat for signed-in customers only', () => {
  test('takes nothing from strangers from one moment to the next, and keeps what they typed', async ({
    page,
    shop,
    service,
    widget,
  }) => {
    const own = await addIdentifyingChat(service, 'Members Shop');
    await page.goto(shop.page({ head: tagOf(service, own.chat) }));
    await ready(page);
    await widget.open();
    await widget.input.fill('Do you deliver?');

    await setting(service, own, 'identification.mode=enforce');
    await expect(widget.notice).toContainText('Sign in to the shop to chat.', { timeout: 3_000 });
    await expect(widget.input).toBeDisabled();
    await expect(widget.input).toHaveValue('Do you deliver?');
    await expect(widget.sendButton).toBeDisabled();
    await expect(widget.panel.getByRole('status')).toHaveText('Sign in to the shop to chat.');
    await expectAccessible(page, 'signed-in customers only');
    await widget.input.press('Enter');
    await expect(widget.outgoing).toHaveCount(0);

    await identify(page, own.sign(customer('Ada')));
    await expect(widget.input).toBeEnabled();
    await expect(widget.input).toHaveValue('Do you deliver?');
    await widget.input.press('Enter');
    await expect(widget.own).toHaveText(['Do you deliver?']);

    await logout(page);
    await expect(widget.input).toBeDisabled();
    await setting(service, own, 'identification.mode=observe');
    await expect(widget.input).toBeEnabled({ timeout: 3_000 });
    await widget.ask('And without a name?');
  });
});

test.describe('what a stranger has typed', () => {
  const draft = (page: Page) => page.evaluate(() => sessionStorage.getItem('zipchat_draft'));

  test('outlasts the way to the shop’s sign-in, for the customer who comes back from it', async ({
    page,
    shop,
    service,
    widget,
  }) => {
    const own = await addIdentifyingChat(service, 'Members again');
    const head = tagOf(service, own.chat);
    const address = shop.page({ head });
    const signIn = shop.page({ body: 'Sign in' }, '/sign-in');
    await page.goto(address);
    await widget.open();
    await widget.input.fill('Do you deliver?');
    await setting(service, own, 'identification.mode=enforce');
    await expect(widget.notice).toContainText('What you have written stays here.');

    await page.goto(signIn);
    await page.goto(address);
    await ready(page);
    await widget.open();
    await expect(widget.input).toHaveValue('Do you deliver?');
    await expect(widget.notice).toHaveText(
      'Sign in to the shop to chat. What you have written stays here.',
    );
    await expectAccessible(page, 'what was typed before signing in');

    await page.goto(signIn);
    await page.goto(address);
    await ready(page);
    await identify(page, own.sign(customer('Ada')));
    await widget.open();
    await expect(widget.status).toHaveText('Signed in as Ada Example');
    await expect(widget.input).toHaveValue('Do you deliver?');
    await widget.input.press('Enter');
    await expect(widget.own).toHaveText(['Do you deliver?']);
    expect(await draft(page)).toBeNull();
  });

  test('is not there for the next customer, though the chat was closed between the two', async ({
    page,
    shop,
    corner,
    tag,
    widget,
  }) => {
    const address = shop.page({ head: tag });
    await page.goto(address);
    await widget.open();
    await widget.input.fill('Do you deliver?');
    await expect.poll(() => draft(page)).toContain('Do you deliver?');
    await page.goto(address);
    await ready(page);
    await identify(page, corner.sign(customer('Ada')));
    await page.goto(address);
    await ready(page);
    await identify(page, corner.sign(customer('Ben')));
    await expect.poll(() => draft(page)).toBeNull();
    await widget.open();
    await expect(widget.status).toHaveText('Signed in as Ben Example');
    await expect(widget.input).toHaveValue('');
  });
});

test.describe('a customer whom the merchant revokes', () => {
  async function revoke(service: Service, { chat }: Identifying, email: string) {
    const create = [
      'api-key',
      'create',
      '--chat',
      chat.chat_id,
      '--integration',
      'backend',
      '--json',
    ];
    const { api_key } = JSON.parse(await service.command(create));
    const call = await fetch(
      `${service.url}/api/integrations/backend_api/v1/chats/${chat.chat_id}/customers/revocations`,
      {
        method: 'POST',
        headers: { Authorization: `Bearer ${api_key}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ email }),
      },
    );
    expect(call.status).toBe(200);
  }

  test('is out of every browser within seconds, and nothing of theirs stays', async ({
    page,
    browser,
    shop,
    corner,
    service,
    tag,
    widget,
    witness,
  }) => {
    const ada = customer('Ada');
    const address = shop.page({ head: tag });
    const phone = await browser.newContext();
    const other = await phone.newPage();
    for (const device of [page, other]) {
      await device.goto(address);
      await ready(device);
      expect(await identify(device, corner.sign(anew(ada)))).toEqual({ status: 'identified' });
    }
    // On the phone the chat was never opened.
    const ended = (await stored(other)).visitorToken;
    await widget.open();
    await widget.ask('Hello');
    await widget.input.fill('half typed');

    await revoke(service, corner, ada.email);
    await expect(widget.greeting).toHaveText('Hi, how can we help?', { timeout: 5_000 });
    await expect(widget.own).toHaveCount(0);
    await expect(widget.input).toHaveValue('');
    expect((await stored(page)).keys).toEqual(['visitor_token']);
    await expect.poll(() => witness.readyEvents()).toBe(2);
    const remains = await page.evaluate(() => {
      const root = document.getElementById('zipchat-shadow-host')?.shadowRoot;
      return `${root?.textContent} ${JSON.stringify({ ...localStorage, ...sessionStorage })}`;
    });
    expect(remains).not.toMatch(/Ada|ada-|Hello/);

    // The phone hears of it when its chat is opened; then its page is asked, and what is signed now counts.
    const elsewhere = new Widget(other);
    await elsewhere.open();
    await expect.poll(async () => (await stored(other)).visitorToken).not.toBe(ended);
    expect(
      await other.evaluate(() => localStorage.zipchat_identified_visitor_token),
    ).toBeUndefined();
    await expect
      .poll(() => identify(other, corner.sign(anew(ada))), { intervals: [1_000] })
      .toEqual({ status: 'identified' });
    await expect(elsewhere.status).toHaveText('Signed in as Ada Example');
    await expect(elsewhere.own).toHaveCount(0);
    await phone.close();
  });
});

test('a conversation that the merchant parts shows at once what is left of it', async ({
  page,
  shop,
  corner,
  service,
  tag,
  widget,
}) => {
  const owner = { email: 'parting@example.com', password: 'a-long-password-of-the-owner' };
  await service.addOperator(owner, 'owner');
  const json = { 'Content-Type': 'application/json' };
  const call = (path: string, headers: Record<string, string>, body: object = {}) =>
    fetch(`${service.url}/api/v1${path}`, {
      method: 'POST',
      headers: { ...json, ...headers },
      body: JSON.stringify(body),
    });
  const session = await call('/session', {}, owner);
  const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

  await page.goto(shop.page({ head: tag }));
  await ready(page);
  await widget.open();
  await widget.ask('Said by whoever was here before');
  await identify(page, corner.sign(customer('Ada')));
  await expect(widget.status).toHaveText('Signed in as Ada Example');
  await widget.ask('Said by Ada', 2);
  await page.evaluate(() => {
    Object.assign(window, { heard: 0 });
    window.Zipchat?.on('message', () => {
      (window as unknown as { heard: number }).heard += 1;
    });
  });

  const { visitorToken } = await stored(page);
  const read = `${service.url}/widget/${corner.chat.widget_token}/conversation`;
  const headers = { Authorization: `Bearer ${visitorToken}` };
  const { conversation } = await (await fetch(read, { headers })).json();
  const part = `/chats/${corner.chat.chat_id}/conversations/${conversation.id}/part`;
  expect((await call(part, { Cookie: cookie })).status).toBe(200);

  await expect(widget.own).toHaveText(['Said by Ada']);
  await expect(widget.answers).toHaveCount(1);
  await expect(widget.log).not.toContainText('whoever');
  await widget.ask('And this', 2);
  await expect(widget.own).toHaveText(['Said by Ada', 'And this']);
  const heard = await page.evaluate(() => (window as unknown as { heard: number }).heard);
  expect(heard).toBe(2);
});

test.describe('a page that shows a private key', () => {
  test('identifies nobody, and says so in the console and to the merchant', async ({
    page,
    shop,
    corner,
    service,
    tag,
    witness,
  }) => {
    const pem = JSON.stringify(corner.key.private_key);
    const address = shop.page({ head: `${tag}<script>window.key = ${pem};</script>` }, '/leak');
    await page.goto(`${address}?order=1042#top`);
    await ready(page);
    const token = corner.sign(customer('Ada'));
    expect(await identify(page, token)).toEqual({ status: 'refused' });
    expect(await identify(page, token)).toEqual({ status: 'refused' });
    await expect.poll(() => witness.callsTo('/reports').length).toBe(1);
    expect(witness.identifyCalls).toHaveLength(0);
    expect(witness.texts).toEqual([
      expect.stringMatching(/^Zipchat: this page contains a private key\./),
    ]);
    const [report] = witness.callsTo('/reports');
    expect(report?.postDataJSON()).toEqual({ kind: 'private_key_in_page', page: address });
    expect(report?.url()).toBe(`${service.url}/widget/${corner.chat.widget_token}/reports`);
    expect((await report?.response())?.status()).toBe(202);
  });
});

test('the line of a refused token names the request that the dashboard shows', async ({
  page,
  shop,
  tag,
  witness,
}) => {
  await page.goto(shop.page({ head: tag }));
  await ready(page);
  let id: string | undefined;
  page.on('response', async (response) => {
    if (response.url().endsWith('/identify')) id = response.headers()['x-request-id'];
  });
  expect(await identify(page, 'no.token.this')).toEqual({ status: 'refused' });
  expect(id).toMatch(/^[0-9a-z]{26}$/);
  expect(witness.texts).toEqual([
    expect.stringMatching(`^${FAILURE}HTTP 422 .+ \\(request ${id}\\)$`),
  ]);
});
