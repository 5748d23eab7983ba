import { readFile } from 'node:fs/promises';
import type { Browser, Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { expect, heading, region, test } from './support/dashboard.ts';
import type { Chat, Service } from './support/service.ts';
import type { Shop } from './support/shop.ts';
import { addIdentifyingChat, tagOf } from './support/test.ts';
import { anew, type Claims, customer } from './support/tokens.ts';
import { identify, ready, stored, Widget } from './support/widget.ts';

const contacts = (chat: Chat) => `/chats/${chat.chat_id}/contacts`;

async function visitShop(browser: Browser, shop: Shop, service: Service, chat: Chat) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  return page;
}

/** A customer writes once before signing in and once after. */
async function joinLate(page: Page, token: string): Promise<Widget> {
  const widget = new Widget(page);
  await widget.open();
  await widget.ask('Do you ship to Lyon?');
  expect(await identify(page, token)).toEqual({ status: 'identified' });
  await widget.ask('And where is my order?', 2);
  return widget;
}

test.describe('contacts', () => {
  test('are found by email, name and id, and each field says where it came from', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'Contacts');
    await visit(contacts(own.chat));
    await expect(heading(dashboard, 'No contact yet')).toBeVisible();

    const ada = { ...customer('Ada'), sub: 'ada-4711', additional_attributes: { tier: 'gold' } };
    const { last_name: _, ...grace } = customer('Grace');
    for (const claims of [ada, grace] as Claims[]) {
      const page = await visitShop(browser, shop, service, own.chat);
      expect(await identify(page, own.sign(claims))).toEqual({ status: 'identified' });
      await page.context().close();
    }
    await dashboard.reload();
    const rows = dashboard.getByRole('main').locator('tbody').getByRole('row');
    await expect(rows).toHaveCount(2);
    const search = dashboard.getByRole('searchbox', { name: 'Search contacts' });
    for (const words of [ada.email, 'Ada', 'ada-4711']) {
      // What is new can be found within seconds.
      await expect(async () => {
        await search.fill('');
        await search.fill(words);
        await expect(dashboard.getByText('1 contact found')).toBeVisible({ timeout: 1_500 });
      }).toPass();
      await expect(rows).toHaveCount(1);
    }
    await search.fill('nobody at all');
    await expect(dashboard.getByText('Nobody like that.')).toBeVisible();
    await search.fill('grace');
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('Verified');
    expect(dashboard.url()).not.toContain('grace');

    await rows.getByRole('link').click();
    const details = region(dashboard, 'Details');
    await expect(details).toContainText(grace.email);
    await expect(details).toContainText('signed by your shop');
    await details.getByRole('button', { name: 'Edit' }).click();
    const dialog = dashboard.getByRole('dialog');
    await expect(dialog.getByLabel('First name')).toBeDisabled();
    await dialog.getByLabel('Last name').fill('Hopper');
    await dialog.getByLabel('Phone number').fill('+31 20 1234567');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(details).toContainText('Hopper');
    await expect(details).toContainText('+31 20 1234567');
    await expect(details.getByText(/^entered by/)).toHaveCount(2);
    await dashboard.goBack();
    await expect(search).toHaveValue('grace');
  });

  test('with one email and two ids are flagged, and lead to each other', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'Shared email');
    const ada = customer('Ada');
    for (const sub of ['one', 'two']) {
      const page = await visitShop(browser, shop, service, own.chat);
      await identify(page, own.sign({ ...ada, sub }));
      await page.context().close();
    }
    await visit(contacts(own.chat));
    const sides = dashboard.getByRole('main').locator('tbody').getByRole('row');
    await sides.filter({ hasText: 'one' }).getByRole('link').click();
    await expect(dashboard.getByText('Another customer has this email too.')).toBeVisible();
    await dashboard
      .getByRole('main')
      .getByRole('listitem')
      .filter({ hasText: 'two' })
      .getByRole('link')
      .click();
    await expect(region(dashboard, 'Details')).toContainText('two');
  });

  test('with one email are put side by side, and what the team says of them is kept', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    const own = await addIdentifyingChat(service, 'To decide');
    const ada = customer('Ada');
    for (const sub of ['one', 'two']) {
      const page = await visitShop(browser, shop, service, own.chat);
      await identify(page, own.sign({ ...ada, sub }));
      await page.context().close();
    }
    await visit(contacts(own.chat));
    await expect(async () => {
      await dashboard.reload();
      await expect(dashboard.getByText('share an email')).toBeVisible({ timeout: 1_500 });
    }).toPass();
    await dashboard.getByRole('link', { name: 'Look and decide' }).click();
    const conflict = region(dashboard, ada.email);
    await expect(conflict).toContainText('one');
    await expect(conflict).toContainText('two');
    await expectAccessible(dashboard, 'customers who share an email');
    await conflict.getByRole('button', { name: 'Different people' }).click();
    await expect(dashboard.getByText('Nobody shares an email with another.')).toBeVisible();
    await dashboard.getByRole('button', { name: 'Decided' }).click();
    await expect(conflict).toContainText('they are different people');
    await conflict.getByRole('button', { name: 'Take it back' }).click();
    await expect(dashboard.getByText('Nothing is decided yet.')).toBeVisible();
  });

  test('are filtered, shown in chosen columns and saved as a file', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
    member,
  }, info) => {
    const own = await addIdentifyingChat(service, 'Columns');
    for (const [name, tier] of [
      ['Ada', 'gold'],
      ['Grace', '=silver'],
    ] as const) {
      const page = await visitShop(browser, shop, service, own.chat);
      const claims = { ...customer(name), sub: name, additional_attributes: { tier } };
      await identify(page, own.sign(claims));
      await page.context().close();
    }
    await visit(contacts(own.chat));
    const rows = dashboard.getByRole('main').locator('tbody').getByRole('row');
    await expect(rows).toHaveCount(2);
    await dashboard.getByRole('button', { name: 'Columns', exact: true }).click();
    await dashboard.getByRole('checkbox', { name: 'tier' }).check();
    await expectAccessible(dashboard, 'the choice of columns');
    await dashboard.getByRole('button', { name: 'Done' }).click();
    await expect(dashboard.getByRole('columnheader', { name: 'tier' })).toBeVisible();
    await expect(rows.filter({ hasText: 'Ada' })).toContainText('gold');
    await dashboard.reload();
    await expect(rows.filter({ hasText: 'Ada' })).toContainText('gold');

    await dashboard.getByText('Filters', { exact: true }).click();
    await dashboard.getByLabel('Attribute', { exact: true }).fill('tier');
    await dashboard.getByLabel('is exactly').fill('=silver');
    await dashboard.keyboard.press('Enter');
    await expect(rows).toHaveCount(1);
    await expect(dashboard).toHaveURL(/attribute=tier/);
    await expectAccessible(dashboard, 'filtered contacts');
    await dashboard.setViewportSize({ width: 1440, height: 900 });
    await dashboard.screenshot({ path: info.outputPath('wide.png') });
    await dashboard.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(dashboard, 'contacts on a phone');
    await dashboard.screenshot({ path: info.outputPath('phone.png') });
    await dashboard.setViewportSize({ width: 1280, height: 720 });
    const downloading = dashboard.waitForEvent('download');
    await dashboard.getByRole('button', { name: 'Export as CSV' }).click();
    const text = await readFile(await (await downloading).path(), 'utf8');
    expect(text).toContain('attribute:tier');
    expect(text).toContain(",'=silver");
    expect(text.trim().split('\r\n')).toHaveLength(2);

    await visit(contacts(own.chat), member);
    await expect(rows).toHaveCount(2);
    await expect(dashboard.getByRole('button', { name: 'Export as CSV' })).toHaveCount(0);
  });

  test('are signed out everywhere, exported and erased', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    test.slow();
    const own = await addIdentifyingChat(service, 'Leaving');
    const ada = customer('Ada');
    const page = await visitShop(browser, shop, service, own.chat);
    const widget = await joinLate(page, own.sign(ada));
    await visit(contacts(own.chat));
    await dashboard.getByRole('link', { name: /Ada Example/ }).click();
    await expect(region(dashboard, 'Devices')).toContainText('Verified');
    await expect(region(dashboard, 'Conversations')).toContainText('2 before signing in');
    await expect(region(dashboard, 'Timeline')).toContainText('The customer was identified.');

    const downloading = dashboard.waitForEvent('download');
    await dashboard.getByRole('button', { name: 'Export' }).click();
    const text = await readFile(await (await downloading).path(), 'utf8');
    expect(text).toContain(ada.email);
    expect(text).toContain('And where is my order?');
    expect(() => JSON.parse(text)).not.toThrow();

    const { visitorToken: ended } = await stored(page);
    await dashboard.getByRole('button', { name: 'Revoke' }).click();
    await dashboard.getByRole('button', { name: 'Yes, revoke' }).click();
    await expect(dashboard.getByText(/^Signed out everywhere/)).toBeVisible();
    await expect.poll(async () => (await stored(page)).visitorToken).not.toBe(ended);
    await expect(widget.own).toHaveCount(0);
    await expect(region(dashboard, 'Devices')).toContainText('Not verified now');
    await page.context().close();

    await dashboard.getByRole('button', { name: 'Erase' }).click();
    const erase = dashboard.getByRole('button', { name: 'Yes, erase for good' });
    await expect(erase).toBeDisabled();
    await dashboard.getByLabel(`Type ${ada.email} to go on`).fill(ada.email);
    await erase.click();
    await expect(dashboard.getByText('The customer is erased.')).toBeVisible();
    await expect(heading(dashboard, 'Contacts')).toBeVisible();
    await expect(heading(dashboard, 'No contact yet')).toBeVisible();
    await visit(`/chats/${own.chat.chat_id}/integrations/recent`);
    await region(dashboard, 'The record').getByRole('button').click();
    await expect(dashboard.getByText('The record is whole.')).toBeVisible();
  });
});

test.describe('a conversation that was joined', () => {
  test('marks what was written before, and can be parted again', async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    test.slow();
    const own = await addIdentifyingChat(service, 'Parting');
    const ada = customer('Ada');
    const page = await visitShop(browser, shop, service, own.chat);
    const widget = await joinLate(page, own.sign(ada));
    await visit(`/chats/${own.chat.chat_id}/conversations`);
    await dashboard.getByRole('link', { name: /Ada Example/ }).click();
    const messages = dashboard.getByRole('article');
    await expect(messages).toHaveCount(4);
    await expect(messages.first()).toContainText('Visitor');
    await expect(messages.nth(2)).toContainText('Ada Example');
    await expect(dashboard.getByText(/^Signed in as Ada Example · /)).toBeVisible();
    await dashboard.getByText(/^Timeline \(/).click();
    await expect(
      dashboard.getByText('What was said before signing in was joined to the customer.'),
    ).toBeVisible();

    await dashboard.getByRole('button', { name: /^Part/ }).click();
    await dashboard.keyboard.press('Escape');
    await expect(dashboard.getByRole('dialog')).toHaveCount(0);
    await expect(messages).toHaveCount(4);
    await dashboard.getByRole('button', { name: /^Part/ }).click();
    await dashboard.getByRole('button', { name: 'Yes, part it' }).click();
    await expect(messages).toHaveCount(2);
    await expect(messages.first()).toContainText('And where is my order?');
    await expect(dashboard.getByText(/^Signed in as/)).toHaveCount(0);
    // The customer's page follows, and goes on in the rest.
    await expect(widget.own).toHaveText(['And where is my order?']);
    await identify(page, own.sign(anew(ada)));
    await widget.ask('Thank you!', 2);
    await expect(messages).toHaveCount(4);
    await page.context().close();
    await dashboard
      .getByRole('link', { name: /Visitor/ })
      .first()
      .click();
    await expect(messages.first()).toContainText('Do you ship to Lyon?');
    await expect(messages).toHaveCount(2);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`contacts break no rule of axe and do not scroll sideways in ${colorScheme} colours`, async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }) => {
    test.slow();
    await dashboard.emulateMedia({ colorScheme });
    const own = await addIdentifyingChat(service, 'Accessible contacts');
    const page = await visitShop(browser, shop, service, own.chat);
    const long = { note: 'x'.repeat(300), nested: { list: [1, 2, 3] } };
    await joinLate(page, own.sign({ ...customer('Ada'), additional_attributes: long }));
    await page.context().close();
    const look = async (state: string) => {
      for (const width of [1280, 390]) {
        await dashboard.setViewportSize({ width, height: 844 });
        await expectAccessible(dashboard, `${state} at ${width}`);
        const beyond = await dashboard.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        expect(beyond, state).toBeLessThanOrEqual(0);
      }
    };
    await visit(contacts(own.chat));
    await expect(dashboard.getByText('1 contact')).toBeVisible();
    await look('the list');
    await dashboard.getByRole('link', { name: /Ada Example/ }).click();
    await expect(heading(dashboard, 'Devices')).toBeVisible();
    await look('a contact');
    await dashboard.getByRole('button', { name: 'Erase' }).click();
    await look('before erasing');
    await visit(`/chats/${own.chat.chat_id}/conversations`);
    await dashboard.getByRole('link', { name: /Ada Example/ }).click();
    await expect(dashboard.getByText(/^Signed in as/)).toBeVisible();
    await look('a joined conversation');
  });
}
