import { createHash, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { importPKCS8, SignJWT } from 'jose';
import { expectAccessible } from './support/axe.ts';
import { expect, fact, heading, region, test } from './support/dashboard.ts';
import type { Chat, Operator, Service } from './support/service.ts';
import { addIdentifyingChat, tagOf } from './support/test.ts';
import { customer } from './support/tokens.ts';
import { identify, ready, Widget } from './support/widget.ts';

async function signIn(page: Page, { email, password }: Operator): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const section = (page: Page) => region(page, 'Customer identification');

test.describe('signing in', () => {
  test('leads to the page that was asked for, and signing out ends the session', async ({
    dashboard,
    service,
    owner,
  }) => {
    const chat = await service.addChat('Asked for');
    await dashboard.goto(`${service.url}/chats/${chat.chat_id}/integrations`);
    await expect(dashboard).toHaveURL(/\/login\?to=/);
    await signIn(dashboard, owner.operator);
    await expect(heading(dashboard, 'Integrations')).toBeVisible();
    await expect(dashboard).toHaveURL(`${service.url}/chats/${chat.chat_id}/integrations`);
    await dashboard.getByRole('button', { name: `Your account, ${owner.operator.email}` }).click();
    const [cookie] = await dashboard.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });

    await dashboard.getByRole('button', { name: 'Sign out' }).click();
    await expect(heading(dashboard, 'Sign in')).toBeVisible();
    const session = { ...cookie, name: cookie?.name ?? '', value: cookie?.value ?? '' };
    await dashboard.context().addCookies([session]);
    await dashboard.goto(service.url);
    await expect(dashboard).toHaveURL(/\/login$/);
  });

  test('with a wrong password says so, and no more', async ({ dashboard, service, owner }) => {
    await dashboard.goto(`${service.url}/login`);
    for (const email of [owner.operator.email, 'nobody@example.com']) {
      await signIn(dashboard, { email, password: 'a-wrong-password' });
      await expect(dashboard.getByRole('alert')).toHaveText('Email or password is wrong.');
      await dashboard.reload();
    }
    await expect(heading(dashboard, 'Sign in')).toBeVisible();
  });

  test('is not asked of somebody who is signed in', async ({ dashboard, service, visit }) => {
    await visit('/login');
    await expect(heading(dashboard, 'Chats')).toBeVisible();
    await expect(dashboard).toHaveURL(`${service.url}/`);
  });

  test('shows what was asked for to nobody else', async ({ dashboard, visit, service }) => {
    const chat = await addChatOfAnotherAccount(service);
    await visit(`/chats/${chat.chat_id}/conversations`);
    await expect(dashboard.getByText('Chat of strangers')).toHaveCount(0);
    await expect(dashboard.getByRole('heading', { level: 1 })).toBeVisible();
    await visit('/');
    await expect(heading(dashboard, 'Chats')).toBeVisible();
    await expect(dashboard.getByText('Chat of strangers')).toHaveCount(0);
  });
});

async function addChatOfAnotherAccount(service: Service): Promise<Chat> {
  const args = ['--name', 'Chat of strangers', '--platform', 'custom', '--account', 'Strangers'];
  return JSON.parse(await service.command(['chat', 'add', ...args, '--json']));
}

test.describe('the list of chats', () => {
  test('names each chat, its widget token and whether its customers are identified', async ({
    dashboard,
    service,
    visit,
  }) => {
    const name = `Listed ${Date.now()}`;
    const own = await addIdentifyingChat(service, name);
    await visit('/');
    const card = dashboard.getByRole('listitem').filter({ hasText: name });
    await expect(card).toContainText(own.chat.widget_token);
    await expect(card).toContainText('Identification active');
    await card.getByRole('link', { name: `Integrations of ${name}` }).click();
    await expect(heading(dashboard, 'Integrations')).toBeVisible();
    await expect(dashboard).toHaveTitle(new RegExp(name));
  });
});

test.describe('Customer identification', () => {
  test('is activated with a private key that is shown once, to copy and to download', async ({
    dashboard,
    context,
    service,
    visit,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.url });
    const chat = await service.addChat('To activate');
    await visit(`/chats/${chat.chat_id}/integrations`);
    await section(dashboard).getByRole('button', { name: 'Activate' }).click();
    await expect(heading(dashboard, 'Private key')).toBeFocused();

    const field = dashboard.getByRole('textbox', { name: 'Private key' });
    const privateKey = await field.inputValue();
    expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    await dashboard.getByRole('button', { name: 'Copy private key' }).click();
    await expect
      .poll(() => dashboard.evaluate(() => navigator.clipboard.readText()))
      .toBe(privateKey);
    const downloading = dashboard.waitForEvent('download');
    await dashboard.getByRole('button', { name: 'Download .pem' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^zipchat-private-key-.+\.pem$/);
    expect(await readFile(await download.path(), 'utf8')).toBe(privateKey);

    const spki = createPublicKey(privateKey);
    const publicKey = await dashboard.getByRole('textbox', { name: 'Public key' }).inputValue();
    expect(publicKey.trim()).toBe(spki.export({ type: 'spki', format: 'pem' }).toString().trim());
    const digest = createHash('sha256').update(spki.export({ type: 'spki', format: 'der' }));
    const pairs = digest.digest('hex').match(/../g)?.join(':');
    await expect(fact(dashboard, 'Fingerprint')).toHaveText(`SHA256:${pairs}`);

    // It cannot be left by accident.
    await dashboard.getByRole('link', { name: 'Conversations' }).click();
    await dashboard.getByRole('dialog').getByRole('button', { name: 'Stay here' }).click();
    await expect(field).toHaveValue(privateKey);
    await dashboard.getByRole('button', { name: 'I stored it' }).click();
    await expect(field).toHaveCount(0);
    await dashboard.reload();
    await expect(dashboard.getByRole('textbox', { name: 'Public key' })).toHaveValue(publicKey);
    await expect(field).toHaveCount(0);
    expect(await dashboard.content()).not.toContain('PRIVATE KEY-----');
  });

  test('identifies the customers of a shop that signs with that key, and shows them verified', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    const chat = await service.addChat('From nothing');
    await visit(`/chats/${chat.chat_id}/integrations`);
    const snippet = await dashboard.locator('pre').first().innerText();
    await section(dashboard).getByRole('button', { name: 'Activate' }).click();
    const pem = await dashboard.getByRole('textbox', { name: 'Private key' }).inputValue();
    await dashboard.getByRole('button', { name: 'I stored it' }).click();
    const kid = await section(dashboard).getByRole('article').locator('code').first().innerText();
    await dashboard.getByRole('link', { name: 'Conversations' }).click();
    await expect(heading(dashboard, 'No conversation yet')).toBeVisible();

    const ada = {
      ...customer('Ada'),
      additional_attributes: { user_id: 4_711, tier: 'gold', shops: ['Delft', 'Lyon'] },
    };
    const token = await new SignJWT(ada)
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(await importPKCS8(pem, 'RS256'));
    const elsewhere = await browser.newContext();
    const page = await elsewhere.newPage();
    await page.goto(shop.page({ head: snippet }));
    await ready(page);
    expect(await identify(page, token)).toEqual({ status: 'identified' });
    const widget = new Widget(page);
    await widget.open();
    await widget.ask('Where is my order?');
    await elsewhere.close();

    // The list looks again by itself.
    const row = dashboard.getByRole('link', { name: /Ada Example/ });
    await expect(row).toContainText('Verified');
    await expect(row).toContainText(ada.email);
    await row.click();
    await expect(dashboard.getByRole('heading', { level: 1 })).toHaveText('Ada Example');
    const card = dashboard.getByRole('complementary', { name: 'Customer' });
    await expect(card.getByRole('button', { name: 'Verified' })).toBeVisible();
    await expect(fact(dashboard, 'Email')).toHaveText(ada.email);
    await expect(fact(dashboard, 'First name')).toHaveText('Ada');
    await expect(fact(dashboard, 'Last name')).toHaveText('Example');
    await expect(card.getByRole('row', { name: 'user_id 4711' })).toBeVisible();
    await expect(card.getByRole('row', { name: 'tier gold' })).toBeVisible();
    await expect(card).toContainText('"Lyon"');
    const messages = dashboard.getByRole('article');
    await expect(messages).toHaveCount(2);
    await expect(messages.first()).toContainText('Where is my order?');
    await expect(messages.last()).toContainText('Hello Ada!');

    await dashboard.getByRole('link', { name: 'Integrations' }).click();
    await expect(fact(dashboard, 'Verified')).toHaveText('1 token');
  });

  test('is deactivated after a question, and tokens are refused then', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'To deactivate');
    await visit(`/chats/${own.chat.chat_id}/integrations`);
    const deactivate = section(dashboard).getByRole('button', { name: 'Deactivate' });
    await deactivate.click();
    const dialog = dashboard.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Keep it active' })).toBeFocused();
    await dashboard.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(deactivate).toBeFocused();
    await deactivate.click();
    await dialog.getByRole('button', { name: 'Yes, deactivate' }).click();
    await expect(section(dashboard).getByRole('button', { name: 'Activate' })).toBeVisible();

    const elsewhere = await browser.newContext();
    const page = await elsewhere.newPage();
    await page.goto(shop.page({ head: tagOf(service, own.chat) }));
    await ready(page);
    expect(await identify(page, own.sign(customer('Ada')))).toEqual({ status: 'refused' });
    await elsewhere.close();
  });

  test('is absent for a Shopify chat', async ({ dashboard, service, visit }) => {
    const chat = await service.addChat('On Shopify', 'shopify');
    await visit(`/chats/${chat.chat_id}/integrations`);
    await expect(heading(dashboard, 'Install the chat')).toBeVisible();
    await expect(dashboard.getByText('Customer identification')).toHaveCount(0);
    await expect(dashboard.getByRole('button', { name: 'Activate' })).toHaveCount(0);
  });

  test('is for members to look at', async ({ dashboard, service, member, visit }) => {
    const own = await addIdentifyingChat(service, 'Seen by members');
    const inactive = await service.addChat('Not active, seen by members');
    for (const chat of [own.chat, inactive]) {
      await visit(`/chats/${chat.chat_id}/integrations`, member);
      await expect(section(dashboard)).toContainText('You are a member of this account');
      await expect(section(dashboard).getByRole('button', { name: /ctivate$/ })).toHaveCount(0);
    }
    await visit(`/chats/${own.chat.chat_id}/integrations`, member);
    // That customers are identified, and not with which keys.
    await expect(section(dashboard)).toContainText('Active');
    await expect(dashboard.getByRole('textbox', { name: 'Public key' })).toHaveCount(0);
  });
});

test.describe('conversations', () => {
  test('of visitors whom nobody vouched for carry no mark', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'Half known');
    const elsewhere = await browser.newContext();
    const page = await elsewhere.newPage();
    await page.goto(shop.page({ head: tagOf(service, own.chat) }));
    const widget = new Widget(page);
    await widget.open();
    await widget.ask('<b>Who</b> are you?');
    await visit(`/chats/${own.chat.chat_id}/conversations`);
    const row = dashboard.getByRole('link', { name: /^(?!Conv).*Visitor/ });
    await expect(row).not.toContainText('Verified');
    await row.click();
    await expect(dashboard.getByRole('article').first()).toContainText('Unverified when sent');
    await expect(dashboard.getByRole('article').first()).toContainText('<b>Who</b> are you?');

    // The same conversation goes on with a customer; what was said before keeps its mark.
    await identify(page, own.sign({ ...customer('Ada'), additional_attributes: { '<b>': '<i>' } }));
    await widget.ask('And now?', 2);
    await elsewhere.close();
    const messages = dashboard.getByRole('article');
    await expect(messages).toHaveCount(4);
    await expect(messages.nth(0)).toContainText('Unverified when sent');
    await expect(messages.nth(2)).not.toContainText('Unverified when sent');
    await expect(dashboard.getByRole('row', { name: '<b> <i>' })).toBeVisible();
  });
});

test.describe('accessibility', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`no rule of axe is broken on any page in ${colorScheme} colours`, async ({
      dashboard,
      service,
      shop,
      visit,
    }) => {
      test.slow();
      await dashboard.emulateMedia({ colorScheme });
      await dashboard.goto(`${service.url}/login`);
      await expect(heading(dashboard, 'Sign in')).toBeVisible();
      await expectAccessible(dashboard, 'sign-in');

      await visit('/');
      const chat = await service.addChat('Accessible');
      await dashboard.reload();
      await expect(heading(dashboard, 'Accessible')).not.toHaveCount(0);
      await expectAccessible(dashboard, 'the list of chats');

      await visit(`/chats/${chat.chat_id}/integrations`);
      await expect(dashboard.getByRole('button', { name: 'Activate' })).toBeVisible();
      await expectAccessible(dashboard, 'not active');
      await dashboard.getByRole('button', { name: 'Activate' }).click();
      await expect(heading(dashboard, 'Private key')).toBeVisible();
      const pem = await dashboard.getByRole('textbox', { name: 'Private key' }).inputValue();
      await expectAccessible(dashboard, 'with a private key');
      await dashboard.getByRole('button', { name: 'I stored it' }).click();
      await dashboard.getByRole('button', { name: 'Deactivate' }).click();
      await expectAccessible(dashboard, 'before deactivation');
      await dashboard.keyboard.press('Escape');
      await expectAccessible(dashboard, 'active');

      await visit(`/chats/${chat.chat_id}/conversations`);
      await expect(heading(dashboard, 'No conversation yet')).toBeVisible();
      await expectAccessible(dashboard, 'no conversation');
      await talk(dashboard, shop.page({ head: tagOf(service, chat) }), pem);
      await visit(`/chats/${chat.chat_id}/conversations`);
      await dashboard.getByRole('link', { name: /Ada Example/ }).click();
      await expect(dashboard.getByRole('article')).toHaveCount(2);
      await expectAccessible(dashboard, 'a conversation');
      await dashboard.setViewportSize({ width: 320, height: 640 });
      await expectAccessible(dashboard, 'a conversation on a phone');

      await visit('/chats/nowhere/conversations');
      await expect(dashboard.getByRole('heading', { level: 1 })).toHaveText(
        'There is nothing here',
      );
      await expectAccessible(dashboard, 'no such page');
    });
  }
});

/** Ada says something in a tab of its own. */
async function talk(dashboard: Page, address: string, pem: string): Promise<void> {
  const page = await dashboard.context().newPage();
  await page.goto(address);
  await ready(page);
  const token = await new SignJWT({ ...customer('Ada'), additional_attributes: { tier: 'gold' } })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importPKCS8(pem, 'RS256'));
  await identify(page, token);
  const widget = new Widget(page);
  await widget.open();
  await widget.ask('What can you do?');
  await page.close();
}
