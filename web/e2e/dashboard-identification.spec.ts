import { generateKeyPairSync } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { expect, fact, heading, region, test } from './support/dashboard.ts';
import type { Chat, Service } from './support/service.ts';
import type { Shop } from './support/shop.ts';
import { addIdentifyingChat, tagOf } from './support/test.ts';
import { anew, customer, sign } from './support/tokens.ts';
import { identify, ready, stored, Widget } from './support/widget.ts';

/** By the stream, and not by looking again. */
const AT_ONCE = { timeout: 2_000 };

const integrations = (chat: Chat, part = '') => `/chats/${chat.chat_id}/integrations${part}`;

/** A page of the shop in a browser of its own. */
async function visitShop(browser: Browser, shop: Shop, service: Service, chat: Chat) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  return page;
}

const anHourAgo = () => {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now - 7_200, exp: now - 3_600 };
};

/** Until the service has ended the visitor's token, and the widget has another. */
async function untilTokenIsNot(page: Page, ended: string | null): Promise<void> {
  await expect
    .poll(async () => {
      const { visitorToken } = await stored(page);
      return visitorToken !== null && visitorToken !== ended;
    })
    .toBe(true);
  await ready(page);
}

async function chooseTab(page: Page, name: string) {
  await page.getByRole('tab', { name }).click();
}

test.describe('setting up', () => {
  test('waits for the first token, says at once what is wrong with one, and turns green', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'Waiting');
    await visit(integrations(own.chat));
    await expect(heading(dashboard, 'Waiting for the first token…')).toBeVisible();

    const page = await visitShop(browser, shop, service, own.chat);
    const ada = { ...customer('Ada'), additional_attributes: { tier: 'gold' } };
    expect(await identify(page, own.sign({ ...ada, ...anHourAgo() }))).toEqual({
      status: 'refused',
    });
    await expect(dashboard.getByText('The token has expired.')).toBeVisible(AT_ONCE);
    await expect(dashboard.getByText('(60 minutes ago)')).toBeVisible();
    await expect(dashboard.getByText(/Make a new token for each page/)).toBeVisible();

    expect(await identify(page, own.sign(ada))).toEqual({ status: 'identified' });
    await expect(heading(dashboard, 'It works: Ada Example was identified')).toBeVisible(AT_ONCE);
    await expect(fact(dashboard, 'Customer email')).toHaveText(ada.email);
    await expect(fact(dashboard, 'Key')).toHaveText(own.key.kid);
    await expect(fact(dashboard, 'Page’s origin')).toHaveText(shop.url);
    await page.context().close();

    await dashboard.reload();
    await expect(heading(dashboard, 'It works: Ada Example was identified')).toBeVisible();
  });
});

test.describe('recent identifications', () => {
  test('are listed as they happen, with the id that the answer has, and can be paused', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'Recent');
    await visit(integrations(own.chat, '/recent'));
    const list = region(dashboard, 'Recent identifications');
    await expect(heading(dashboard, 'No token has come yet')).toBeVisible();
    await expect(list).toContainText('Live');

    const page = await visitShop(browser, shop, service, own.chat);
    const answer = page.waitForResponse((response) => response.url().includes('/identify'));
    await identify(page, own.sign({ ...customer('Ada'), email: 'nobody' }));
    const id = (await answer).headers()['x-request-id'] ?? '';
    const row = list.getByRole('listitem').filter({ hasText: id });
    await expect(row).toContainText('Refused');
    await expect(row).toContainText('email_malformed');
    await expect(row).toContainText(shop.url);

    await list.getByRole('button', { name: 'Pause' }).click();
    const ada = customer('Ada');
    await identify(page, own.sign(ada));
    await expect(list).toContainText('Paused, 1 new');
    await expect(list.getByRole('listitem')).toHaveCount(1);
    await list.getByRole('button', { name: 'Resume' }).click();
    await expect(list.getByRole('listitem')).toHaveCount(2);
    await page.context().close();

    const totals = region(dashboard, 'The last 24 hours');
    await expect(totals).toContainText('1 verified');
    await expect(totals).toContainText('1 refused');
    await list.getByText('Not verified', { exact: true }).click();
    await expect(list.getByRole('listitem')).toHaveCount(1);

    await region(dashboard, 'The record').getByRole('button').click();
    await expect(dashboard.getByText('The record is whole.')).toBeVisible();
  });

  test('warn of a private key in a page until that is dismissed', async ({
    dashboard,
    service,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'Careless');
    const report = await fetch(`${service.url}/widget/${own.chat.widget_token}/reports`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'private_key_in_page', page: 'https://shop.example/account' }),
    });
    expect(report.status).toBe(202);
    await visit(integrations(own.chat));
    const alert = region(dashboard, 'Alert');
    await expect(alert).toContainText('A private key is in your pages');
    await expect(alert).toContainText('https://shop.example/account');
    await expectAccessible(dashboard, 'an alert');
    await alert.getByRole('button', { name: 'Dismiss the alert' }).click();
    await expect(alert).toHaveCount(0);
    await dashboard.reload();
    await expect(heading(dashboard, 'Customer identification')).toBeVisible();
    await expect(alert).toHaveCount(0);
  });
});

test.describe('checking a token', () => {
  test('names the cause and the mend, identifies nobody and leaves no trace', async ({
    dashboard,
    service,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'Checked');
    await visit(integrations(own.chat, '/check'));
    const field = dashboard.getByLabel('Token', { exact: true });
    const check = dashboard.getByRole('button', { name: 'Check', exact: true });
    const ada = customer('Ada');

    await field.fill(`Bearer ${own.sign(ada)}`);
    await check.click();
    await expect(dashboard.getByText('This token would be refused.')).toBeVisible();
    await expect(dashboard.getByText('bearer_prefix').first()).toBeVisible();

    await field.fill(own.sign({ ...ada, ...anHourAgo() }));
    await expect(dashboard.getByText('This token would be refused.')).toHaveCount(0);
    await check.click();
    await expect(dashboard.getByText('The token has expired.')).toBeVisible();
    await expect(dashboard.getByRole('row', { name: `email ${ada.email}` })).toBeVisible();

    const token = own.sign(ada);
    await field.fill(token);
    await check.click();
    await expect(dashboard.getByText('This token would be accepted.')).toBeVisible();
    await expect(heading(dashboard, 'What would be stored')).toBeVisible();
    await expect(dashboard.getByText('A new customer, identified for 2 hours.')).toBeVisible();
    await dashboard.getByRole('button', { name: 'Clear' }).click();
    await expect(field).toHaveValue('');
    await expect(field).toBeFocused();
    await expect(dashboard.getByText('This token would be accepted.')).toHaveCount(0);

    expect(dashboard.url()).not.toContain(token.slice(-20));
    const kept = await dashboard.evaluate(() =>
      JSON.stringify({ ...localStorage, ...sessionStorage }),
    );
    expect(kept).not.toContain(token.slice(-20));
    await visit(`/chats/${own.chat.chat_id}/contacts`);
    await expect(heading(dashboard, 'No contact yet')).toBeVisible();
  });
});

test.describe('keys', () => {
  test('that are private do not leave the browser', async ({
    dashboard,
    service,
    witness,
    visit,
  }) => {
    const chat = await service.addChat('Careful');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const part of ['/keys', '/check']) {
      await visit(integrations(chat, part));
      if (part === '/keys') await chooseTab(dashboard, 'Paste a public key');
      const field = dashboard.getByRole('textbox').last();
      await field.focus();
      await dashboard.keyboard.insertText(pem);
      await expect(dashboard.getByRole('alert').filter({ hasText: /./ })).toContainText(
        'That is a private key.',
      );
      await expect(field).toHaveValue('');
      await expect(field).toBeFocused();
      await dashboard.keyboard.press('Control+z');
      await expect(field).toHaveValue('');
      expect(await dashboard.content()).not.toContain(pem.slice(60, 100));
    }
    expect(witness.requests.map((request) => request.postData()).join()).not.toContain('PRIVATE');
  });

  test('are not fetched from an address within the network of the service', async ({
    dashboard,
    service,
    shop,
    visit,
  }) => {
    const chat = await service.addChat('Fetching');
    shop.json('/jwks.json', () => ({ keys: [] }));
    await visit(integrations(chat, '/keys'));
    await chooseTab(dashboard, 'Fetch from an address');
    await dashboard.getByLabel('Address of a JWK set').fill(`${shop.url}/jwks.json`);
    await dashboard.getByRole('button', { name: 'Fetch the keys' }).click();
    await expect(region(dashboard, 'Add a key').getByRole('alert')).not.toBeEmpty();
    await expect(heading(dashboard, 'Keys from your address')).toHaveCount(0);
  });

  test('are brought, retired with time to change over, and revoked at once', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    test.slow();
    const chat = await service.addChat('Rotating');
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const own = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await visit(integrations(chat, '/keys'));
    await chooseTab(dashboard, 'Paste a public key');
    const field = dashboard.getByRole('textbox', { name: 'Public key' }).last();
    await field.fill('nonsense');
    await dashboard.getByRole('button', { name: 'Add the public key' }).click();
    await expect(region(dashboard, 'Add a key').getByRole('alert').last()).toHaveText(
      /^That did not work\. [A-Z]/,
    );
    await field.fill(JSON.stringify(pair.publicKey.export({ format: 'jwk' })));
    await dashboard.getByRole('button', { name: 'Add the public key' }).click();
    const keys = region(dashboard, 'Keys').getByRole('article');
    await expect(keys).toHaveCount(1);
    await expect(fact(keys.first(), 'Source')).toHaveText('your own, RSA 2048');

    const page = await visitShop(browser, shop, service, chat);
    const ada = customer('Ada');
    expect(await identify(page, sign(own, ada))).toEqual({ status: 'identified' });

    await chooseTab(dashboard, 'Make a pair here');
    await dashboard.getByRole('button', { name: 'Make a key pair' }).click();
    const pem = await dashboard.getByRole('textbox', { name: 'Private key' }).inputValue();
    await dashboard.getByRole('button', { name: 'I stored it' }).click();
    await expect(keys).toHaveCount(2);

    const old = keys.filter({ hasText: 'your own' });
    await old.getByRole('button', { name: /^Retire/ }).click();
    await dashboard.getByRole('dialog').getByLabel('1 hour').check();
    await dashboard.getByRole('button', { name: 'Retire it' }).click();
    await expect(old).toContainText('retiring, still verifies');
    await old.getByRole('button', { name: /^Keep it after all/ }).click();
    await expect(old.locator('.key-head')).toContainText('active');
    await old.getByRole('button', { name: /^Retire/ }).click();
    await dashboard.getByRole('button', { name: 'Retire it' }).click();
    await expect(old).toContainText('retiring, still verifies');
    const second = await visitShop(browser, shop, service, chat);
    expect(await identify(second, sign(own, anew(ada)))).toEqual({ status: 'identified' });
    await second.context().close();

    const widget = new Widget(page);
    await widget.open();
    await widget.ask('Hello?');
    const { visitorToken: ended } = await stored(page);
    await old.getByRole('button', { name: /^Revoke now/ }).click();
    await expect(dashboard.getByRole('dialog')).toContainText('That ends 2 identities');
    await dashboard.getByRole('button', { name: 'Yes, revoke it' }).click();
    await expect(dashboard.getByText('1 former key')).toBeVisible();
    await untilTokenIsNot(page, ended);
    expect(await identify(page, sign(own, anew(ada)))).toEqual({ status: 'refused' });
    expect(await identify(page, sign(pem, anew(ada)))).toEqual({ status: 'identified' });
    await page.context().close();

    await expect(
      region(dashboard, 'Published keys').getByRole('link', { name: /jwks\.json$/ }),
    ).toBeVisible();
    const published = await fetch(`${service.url}/api/v1/chats/${chat.chat_id}/jwks.json`);
    expect((await published.json()).keys).toHaveLength(1);
  });
});

test.describe('rollout', () => {
  test('says whom enforcing would turn away, asks when that is everybody, and works at once', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    test.slow();
    const own = await addIdentifyingChat(service, 'Strict Shop');
    const page = await visitShop(browser, shop, service, own.chat);
    const widget = new Widget(page);
    await widget.open();
    await widget.ask('Hello?');

    await visit(integrations(own.chat, '/rollout'));
    const mode = region(dashboard, 'Who may chat');
    await expect(mode).toContainText('1 of 1 message would have been turned away');
    await expect(mode).toContainText('no_token');
    await mode.getByRole('button', { name: 'Let only verified customers chat' }).click();
    const yes = dashboard.getByRole('button', { name: 'Yes, only verified' });
    await expect(yes).toBeDisabled();
    await dashboard.getByLabel(/Type the name of the chat/).fill('Strict Shop');
    await yes.click();
    await expect(mode.getByRole('button', { name: 'Let anyone chat again' })).toBeVisible();
    await expect(mode.getByRole('listitem').filter({ hasText: 'enforce' })).toContainText('now');
    await expect(mode).not.toContainText('turned away');

    const { visitorToken } = await stored(page);
    const told = await fetch(`${service.url}/widget/${own.chat.widget_token}/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${visitorToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: 'And now?', client_id: crypto.randomUUID() }),
    });
    expect(told.status).toBe(403);
    await mode.getByRole('button', { name: 'Let anyone chat again' }).click();
    await expect(mode.getByRole('listitem').filter({ hasText: 'observe' })).toContainText('now');
    await widget.ask('And again?', 2);
    await page.context().close();
  });

  test('has rules in hours and minutes, and says which field is wrong', async ({
    dashboard,
    service,
    visit,
  }) => {
    const chat = await service.addChat('Ruled');
    await visit(integrations(chat, '/rollout'));
    const lasts = dashboard.getByLabel('An identity lasts', { exact: true });
    await expect(lasts).toHaveValue('2');
    const save = dashboard.getByRole('button', { name: 'Save the rules' });
    await expect(save).toBeDisabled();
    await lasts.fill('48');
    await save.click();
    await expect(dashboard.getByText('Between 15 minutes and 24 hours.')).toBeVisible();
    await lasts.fill('90');
    await dashboard.getByLabel('An identity lasts: unit').selectOption('minutes');
    await dashboard.getByLabel('Refuse it').check();
    await save.click();
    await expect(save).toBeDisabled();
    await dashboard.reload();
    await expect(lasts).toHaveValue('90');
    await expect(dashboard.getByLabel('Refuse it')).toBeChecked();
  });

  test('ends every identity that was made before now', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    test.slow();
    const own = await addIdentifyingChat(service, 'Fresh start');
    const page = await visitShop(browser, shop, service, own.chat);
    const ada = customer('Ada');
    const early = own.sign({ ...ada, iat: Math.floor(Date.now() / 1000) - 60 });
    expect(await identify(page, early)).toEqual({ status: 'identified' });
    const widget = new Widget(page);
    await widget.open();
    await widget.ask('Hello?');
    const { visitorToken: ended } = await stored(page);
    await visit(integrations(own.chat, '/rollout'));
    await dashboard.getByRole('button', { name: 'End all identities issued before now' }).click();
    await dashboard.getByRole('button', { name: 'Yes, end them all' }).click();
    await expect(dashboard.getByText(/Tokens issued before .* are refused\./)).toBeVisible();
    await untilTokenIsNot(page, ended);
    expect(
      await identify(page, own.sign({ ...anew(ada), iat: Math.floor(Date.now() / 1000) - 60 })),
    ).toEqual({
      status: 'refused',
    });

    await dashboard.getByRole('button', { name: 'Remove the limit' }).click();
    await dashboard.getByRole('button', { name: 'Yes, remove it' }).click();
    await expect(dashboard.getByText('There is no such limit now.')).toBeVisible();
    await expect(dashboard.getByRole('button', { name: 'Remove the limit' })).toHaveCount(0);
    expect(
      await identify(page, own.sign({ ...anew(ada), iat: Math.floor(Date.now() / 1000) - 60 })),
    ).toEqual({ status: 'identified' });
    await page.context().close();
  });

  test('is for members to look at', async ({ dashboard, service, member, visit }) => {
    const own = await addIdentifyingChat(service, 'Looked at');
    await visit(integrations(own.chat, '/rollout'), member);
    await expect(heading(dashboard, 'Rules')).toBeVisible();
    await expect(dashboard.getByLabel('An identity lasts', { exact: true })).toBeDisabled();
    await expect(dashboard.getByRole('main').getByRole('button')).toHaveCount(0);
    await visit(integrations(own.chat, '/keys'), member);
    await expect(heading(dashboard, 'Keys')).toBeVisible();
    await expect(dashboard.getByText('owners and editors see its keys')).toBeVisible();
    await expect(dashboard.getByRole('button', { name: /Retire|Revoke/ })).toHaveCount(0);
    await expect(heading(dashboard, 'Add a key')).toHaveCount(0);
    await expect(dashboard.getByText('BEGIN PUBLIC KEY')).toHaveCount(0);
  });
});

test.describe('the parts of the page', () => {
  test('have addresses of their own and are gone through by keyboard', async ({
    dashboard,
    service,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'By keyboard');
    await visit(integrations(own.chat));
    const parts = dashboard.getByRole('navigation', { name: 'Parts of the integrations' });
    await parts.getByRole('link', { name: 'Set-up' }).focus();
    await dashboard.keyboard.press('Tab');
    await dashboard.keyboard.press('Enter');
    await expect(dashboard).toHaveURL(/\/integrations\/keys$/);
    await expect(parts.getByRole('link', { name: 'Keys' })).toBeFocused();
    await expect(heading(dashboard, 'Add a key')).toBeVisible();
    await dashboard.goBack();
    await expect(heading(dashboard, 'Install the chat')).toBeVisible();
    await visit(integrations(own.chat, '/nowhere'));
    await expect(heading(dashboard, 'There is nothing here')).toBeVisible();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`break no rule of axe and do not scroll sideways in ${colorScheme} colours`, async ({
      dashboard,
      browser,
      service,
      shop,
      visit,
    }) => {
      test.slow();
      await dashboard.emulateMedia({ colorScheme });
      const own = await addIdentifyingChat(service, 'Every part');
      const page = await visitShop(browser, shop, service, own.chat);
      await identify(page, own.sign({ ...customer('Ada'), ...anHourAgo() }));
      await identify(page, own.sign(customer('Ada')));
      await page.context().close();
      for (const part of ['', '/keys', '/recent', '/check', '/rollout']) {
        await visit(integrations(own.chat, part));
        await expect(
          dashboard.getByRole('main').getByRole('heading', { level: 2 }).first(),
        ).toBeVisible();
        await dashboard.setViewportSize({ width: 1280, height: 800 });
        await expectAccessible(dashboard, part);
        await dashboard.setViewportSize({ width: 390, height: 844 });
        await expectAccessible(dashboard, `${part} on a phone`);
        const beyond = await dashboard.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        expect(beyond, part).toBeLessThanOrEqual(0);
      }
    });
  }
});
