/** A customer asks for a person: people are told by mail, see who asks, write notes, and settle it. */

import { expectAccessible } from './support/axe.ts';
import { test as base, expect } from './support/dashboard.ts';
import { Mailbox } from './support/mailbox.ts';
import { Service } from './support/service.ts';
import { addIdentifyingChat, tagOf } from './support/test.ts';
import { customer } from './support/tokens.ts';
import { identify, ready, Widget } from './support/widget.ts';

const PHONE = { width: 390, height: 800 };

const test = base.extend<object, { mailbox: Mailbox }>({
  mailbox: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
    async ({}, use) => {
      const mailbox = await Mailbox.start();
      await use(mailbox);
      mailbox.end();
    },
    { scope: 'worker' },
  ],
  service: [
    async ({ mailbox }, use) => {
      const service = await Service.start(['--smtp-url', mailbox.url]);
      await use(service);
      expect(await service.end(), 'the service logged errors').toEqual([]);
    },
    { scope: 'worker' },
  ],
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a person is asked for, told by mail, and settles it, in ${colorScheme} colours`, async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
    member,
    mailbox,
  }, info) => {
    const { chat, sign } = await addIdentifyingChat(service, `Asking in ${colorScheme}`);
    const elsewhere = await browser.newContext();
    const page = await elsewhere.newPage();
    await page.goto(shop.page({ head: tagOf(service, chat) }));
    await ready(page);
    await identify(page, sign(customer('Ada')));
    const widget = new Widget(page);
    await widget.open();
    const before = mailbox.mails.length;
    await widget.ask('I want to talk to a human');
    await expect(widget.answers.last()).toContainText('told by email');
    await expect.poll(() => mailbox.mails.length).toBe(before + 1);
    const mail = mailbox.mails[before] ?? '';
    expect(mail).toContain(`[Asking in ${colorScheme}] A person is asked for: Ada`);
    expect(mail).toContain('\r\nReply-To: ');

    await dashboard.emulateMedia({ colorScheme });
    await visit(`/chats/${chat.chat_id}/conversations`);
    await dashboard.getByRole('button', { name: /Needs a person/ }).click();
    await dashboard.getByRole('link', { name: /Ada/ }).click();
    const answering = dashboard.getByRole('region', { name: 'Answering' });
    await expect(answering).toContainText('The assistant asks for a person');
    await expect(answering).toContainText('Told by email at');

    await answering.getByRole('button', { name: 'Write a note' }).click();
    const note = answering.getByRole('textbox', { name: 'Note for your colleagues' });
    await expect(note).toBeFocused();
    await note.fill('She is **brilliant**.');
    await expectAccessible(dashboard, 'writing a note');
    await note.press('Enter');
    const kept = dashboard.getByRole('article', { name: 'Note' });
    await expect(kept).toContainText('She is brilliant.');
    await expect(kept).toContainText('not seen by the customer');
    await expectAccessible(dashboard, 'a conversation that needs a person');
    await dashboard.screenshot({ path: info.outputPath('asking.png') });
    await dashboard.setViewportSize(PHONE);
    await expectAccessible(dashboard, 'the same on a phone');
    await dashboard.screenshot({ path: info.outputPath('asking-phone.png') });
    await dashboard.setViewportSize({ width: 1280, height: 800 });

    await answering.getByRole('combobox', { name: 'Assign to' }).selectOption({ index: 1 });
    await answering.getByRole('button', { name: 'Assign', exact: true }).click();
    await expect(answering).toContainText('member answers in this conversation.');
    await expect(widget.log).toContainText('member answers you now');
    await expect(widget.log).not.toContainText('brilliant');
    await answering.getByRole('button', { name: 'Settle' }).click();
    await expect(answering.getByText('asks for a person')).toHaveCount(0);
    await expect(dashboard.getByText('Nobody asks for a person')).toBeVisible();
    await dashboard.getByRole('button', { name: 'All', exact: true }).click();
    await expect(dashboard.getByRole('link', { name: /member answers/ })).toBeVisible();

    // Who has it finds it among their own.
    await visit(`/chats/${chat.chat_id}/conversations`, member);
    await dashboard.getByRole('button', { name: 'Mine' }).click();
    await expect(dashboard.getByRole('link', { name: /Ada/ })).toBeVisible();
    await elsewhere.close();
  });
}

test('an operator changes the name that customers see', async ({ dashboard, service, visit }) => {
  const { chat } = await addIdentifyingChat(service, 'Names');
  await visit(`/chats/${chat.chat_id}/conversations`);
  const account = dashboard.getByRole('button', { name: /Your account/ });
  const open = async () => {
    await account.click();
    await dashboard.getByRole('button', { name: 'Your name' }).click();
  };
  await open();
  const name = dashboard.getByRole('textbox', { name: 'Customers see you as' });
  await name.fill('Grace Hopper');
  await expectAccessible(dashboard, 'the name');
  await name.press('Enter');
  await expect(name).toHaveCount(0);
  await expect(account).toBeFocused();
  await dashboard.reload();
  await open();
  await expect(name).toHaveValue('Grace Hopper');
  await name.fill('');
  await dashboard.getByRole('button', { name: 'Save' }).click();
  await expect(name).toHaveCount(0);
});

test('who is told is set, and what is no address is said to be', async ({
  dashboard,
  service,
  visit,
}) => {
  const { chat } = await addIdentifyingChat(service, 'Told');
  await visit(`/chats/${chat.chat_id}/settings`);
  const emails = dashboard.getByRole('textbox', { name: 'Email addresses' });
  const save = dashboard.getByRole('button', { name: 'Save who is told' });
  await emails.fill('desk');
  await save.click();
  await expect(dashboard.getByText('“desk” is not an email address.')).toBeVisible();
  await emails.fill('desk@shop.example\nnight@shop.example');
  await expectAccessible(dashboard, 'who is told');
  await save.click();
  await expect(save).toBeDisabled();
  await dashboard.reload();
  await expect(emails).toHaveValue('desk@shop.example\nnight@shop.example');
});

test('programs and the purchase tag are shown', async ({
  dashboard,
  service,
  visit,
  member,
}, info) => {
  const { chat } = await addIdentifyingChat(service, 'Programs');
  const made = await service.command([
    ...['api-key', 'create', '--chat', chat.chat_id],
    ...['--integration', 'zapier', '--json'],
  ]);
  const { api_key: key } = JSON.parse(made) as { api_key: string };
  const query = new URLSearchParams({ chat_id: chat.chat_id, api_key: key });
  const added = await fetch(`${service.url}/api/integrations/zapier/create_endpoint?${query}`, {
    method: 'POST',
    body: JSON.stringify({ hookUrl: 'https://hooks.example/standard/1/secret-of-the-hook' }),
  });
  expect(added.status).toBe(200);
  await visit(`/chats/${chat.chat_id}/integrations/purchases`);
  await expect(dashboard.getByText(/track_zipchat_purchase\.js/)).toBeVisible();
  await dashboard.getByRole('link', { name: 'Backend API and Zapier' }).click();
  await expect(dashboard.getByText('hooks.example/…hook').first()).toBeVisible();
  await expect(dashboard.getByText('secret-of-the-hook')).toHaveCount(0);
  await expect(
    dashboard.getByText('not used yet').or(dashboard.getByText('last used')),
  ).toBeVisible();
  await expectAccessible(dashboard, 'programs');
  await dashboard.screenshot({ path: info.outputPath('programs.png'), fullPage: true });
  await dashboard.getByRole('button', { name: /Remove/ }).click();
  await dashboard.getByRole('button', { name: 'Yes, remove it' }).click();
  await expect(dashboard.getByText('No address yet.')).toBeVisible();
  await visit(`/chats/${chat.chat_id}/integrations/programs`, member);
  await expect(dashboard.getByText('You are a member of this account')).toBeVisible();
});

test('orders are looked up in WooCommerce, with a key that is not shown again', async ({
  dashboard,
  service,
  visit,
}, info) => {
  const { chat } = await addIdentifyingChat(service, 'WooCommerce');
  await visit(`/chats/${chat.chat_id}/integrations/orders`);
  await dashboard.getByRole('radio', { name: /In WooCommerce/ }).check();
  await dashboard.getByRole('checkbox', { name: 'The assistant looks orders up' }).check();
  const save = dashboard.getByRole('button', { name: 'Save order tracking' });
  await save.click();
  await expect(dashboard.getByText('Without an address, no order can be looked up.')).toBeVisible();
  await dashboard.getByLabel('Address of your shop').fill('https://shop.example');
  await dashboard.getByLabel('Consumer key').fill('ck_1');
  await dashboard.getByLabel('Consumer secret').fill('cs_1');
  await expectAccessible(dashboard, 'orders in WooCommerce');
  await save.click();
  await expect(save).toBeDisabled();
  await dashboard.reload();
  await expect(dashboard.getByLabel('Address of your shop')).toHaveValue('https://shop.example');
  await expect(dashboard.getByLabel('Consumer secret')).toHaveValue('');
  await expect(dashboard.getByText('One is set.')).toHaveCount(2);
  await dashboard.screenshot({ path: info.outputPath('woocommerce.png'), fullPage: true });
  await dashboard.getByRole('button', { name: 'Remove the key' }).click();
  await expect(dashboard.getByText('One is set.')).toHaveCount(0);
});
