/** The team's inbox: it is live, filtered, searched and worked with the keyboard alone. */

import type { Browser, Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { expect, heading, test } from './support/dashboard.ts';
import type { Chat, Service } from './support/service.ts';
import type { Shop } from './support/shop.ts';
import { addIdentifyingChat, type Identifying, tagOf } from './support/test.ts';
import { type Claims, customer } from './support/tokens.ts';
import { identify, ready, Widget } from './support/widget.ts';

const PHONE = { width: 390, height: 844 };

interface Visit {
  browser: Browser;
  shop: Shop;
  service: Service;
  chat: Chat;
}

/** Somebody writes in the shop; their page stays open. */
async function write({ browser, shop, service, chat }: Visit, text: string, token?: string) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  if (token) await identify(page, token);
  const widget = new Widget(page);
  await widget.open();
  await widget.ask(text);
  return { page, widget };
}

const rows = (page: Page) => page.locator('a[data-conversation]');
const signed = (own: Identifying, name: string) => own.sign(customer(name) as Claims);

test('is worked from a new message to the answer with the keyboard alone', async ({
  dashboard,
  browser,
  service,
  shop,
  visit,
}) => {
  test.slow();
  const own = await addIdentifyingChat(service, 'Inbox');
  const at = { browser, shop, service, chat: own.chat };
  await visit(`/chats/${own.chat.chat_id}/conversations`);
  await expect(heading(dashboard, 'No conversation yet')).toBeVisible();
  await expectAccessible(dashboard, 'an empty inbox');

  // New conversations appear by themselves, at the top and marked.
  const ada = await write(at, 'Is the Darjeeling in stock?', signed(own, 'Ada'));
  await expect(rows(dashboard)).toHaveCount(1);
  const stranger = await write(at, 'Where is my order 1042?');
  await expect(rows(dashboard)).toHaveCount(2);
  await expect(rows(dashboard).first()).toContainText('Visitor');
  await expect(rows(dashboard).first()).toContainText('New');
  await expectAccessible(dashboard, 'two conversations, unseen');

  await dashboard.keyboard.press('?');
  await expect(dashboard.getByRole('dialog')).toContainText('Next conversation');
  await expectAccessible(dashboard, 'the keys');
  await dashboard.keyboard.press('Escape');
  await expect(dashboard.getByRole('dialog')).toHaveCount(0);

  await dashboard.keyboard.press('j');
  await expect(rows(dashboard).first()).toBeFocused();
  await dashboard.keyboard.press('j');
  await expect(rows(dashboard).last()).toBeFocused();
  await dashboard.keyboard.press('Enter');
  await expect(dashboard.getByRole('heading', { name: 'Ada Example', level: 1 })).toBeVisible();
  await expect(dashboard.getByText('Verified when sent').first()).toBeVisible();
  // Whoever opened it has seen it, and so has the team.
  await expect(rows(dashboard).last()).not.toContainText('New');

  await dashboard.keyboard.press('a');
  const answer = dashboard.getByRole('textbox', { name: 'Your answer' });
  await expect(answer).toBeFocused();
  await dashboard.keyboard.type('Yes, j and k are letters here.');
  await dashboard.reload();
  await expect(answer).toHaveValue('Yes, j and k are letters here.');
  await dashboard.getByRole('article').first().click();
  await dashboard.keyboard.press('r');
  await expect(answer).toBeFocused();
  await dashboard.keyboard.press('Enter');
  await expect(answer).toHaveValue('');
  await expect(ada.widget.answers.last()).toHaveText('Yes, j and k are letters here.');
  await expect(dashboard.getByText('Seen', { exact: true })).toBeVisible();
  await expectAccessible(dashboard, 'an answer that was seen');

  await dashboard.getByRole('article').first().click();
  await dashboard.keyboard.press('n');
  await dashboard.keyboard.type('She asks every week.');
  await dashboard.keyboard.press('Enter');
  await expect(dashboard.getByRole('article', { name: 'Note' })).toContainText('every week');

  await dashboard.getByRole('button', { name: 'Give back to the assistant' }).click();
  await expect(dashboard.getByText('The assistant answers in this conversation.')).toBeVisible();
  await dashboard.getByRole('button', { name: 'Undo' }).click();
  await expect(dashboard.getByText('You answer in this conversation.')).toBeVisible();
  await expect(ada.widget.log).toContainText('answers you now');

  await ada.page.context().close();
  await stranger.page.context().close();
});

test('is filtered in the address, and searched outside of it', async ({
  dashboard,
  browser,
  service,
  shop,
  visit,
}) => {
  const own = await addIdentifyingChat(service, 'Filters');
  const at = { browser, shop, service, chat: own.chat };
  const ada = await write(at, 'Is the Darjeeling in stock?', signed(own, 'Ada'));
  const stranger = await write(at, 'Où est ma commande?');
  await visit(`/chats/${own.chat.chat_id}/conversations`);
  await expect(rows(dashboard)).toHaveCount(2);

  await dashboard.getByText('More filters').click();
  await dashboard.getByLabel('Customer', { exact: true }).selectOption('Verified');
  await expect(rows(dashboard)).toHaveCount(1);
  await expect(dashboard).toHaveURL(/verified=true/);
  await expectAccessible(dashboard, 'a filtered inbox');
  await rows(dashboard).click();
  await expect(dashboard.getByRole('heading', { name: 'Ada Example', level: 1 })).toBeVisible();
  await expect(dashboard).toHaveURL(/verified=true/);
  await dashboard.goBack();
  await dashboard.goBack();
  await expect(rows(dashboard)).toHaveCount(2);
  await dashboard.getByRole('button', { name: 'Mine' }).click();
  await expect(heading(dashboard, 'You have no conversation')).toBeVisible();
  await expectAccessible(dashboard, 'an inbox that shows none');
  await dashboard.getByRole('button', { name: 'All', exact: true }).click();

  await dashboard.keyboard.press('/');
  const search = dashboard.getByRole('searchbox', { name: 'Search conversations' });
  await expect(search).toBeFocused();
  await expect(async () => {
    await search.fill('');
    await search.fill('ou est command');
    await expect(rows(dashboard)).toHaveCount(1, { timeout: 1_500 });
  }).toPass();
  await expect(dashboard.locator('mark').first()).toHaveText('Où');
  expect(dashboard.url()).not.toContain('command');
  await expectAccessible(dashboard, 'what a search found');
  await search.fill('nothing like this');
  await expect(heading(dashboard, 'Nothing found')).toBeVisible();
  await search.press('Escape');
  await expect(rows(dashboard)).toHaveCount(2);
  await ada.page.context().close();
  await stranger.page.context().close();
});

test('can have its keys switched off', async ({ dashboard, service, visit }) => {
  const own = await addIdentifyingChat(service, 'Without keys');
  await visit(`/chats/${own.chat.chat_id}/conversations`);
  await dashboard.getByRole('button', { name: 'Shortcuts' }).click();
  await dashboard.getByRole('checkbox', { name: 'Use these keys' }).uncheck();
  await dashboard.getByRole('button', { name: 'Close' }).click();
  await dashboard.keyboard.press('/');
  await expect(dashboard.getByRole('searchbox')).not.toBeFocused();
  await dashboard.reload();
  await dashboard.keyboard.press('?');
  await expect(dashboard.getByRole('dialog')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`is accessible in ${colorScheme} colours, on a phone too`, async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }, info) => {
    const own = await addIdentifyingChat(service, `Inbox in ${colorScheme}`);
    const at = { browser, shop, service, chat: own.chat };
    const ada = await write(at, 'Where is my order 1042?', signed(own, 'Ada'));
    await ada.page.context().close();
    await dashboard.emulateMedia({ colorScheme });
    await visit(`/chats/${own.chat.chat_id}/conversations`);
    await dashboard.getByText('More filters').click();
    await rows(dashboard).click();
    await dashboard.getByRole('button', { name: 'Take over' }).click();
    await dashboard.getByRole('textbox', { name: 'Your answer' }).fill('It is on its way.');
    await dashboard.keyboard.press('Enter');
    // Nobody's page is open: it is kept, and that is all.
    await expect(dashboard.getByText('Sent', { exact: true })).toBeVisible();
    await dashboard.setViewportSize({ width: 1440, height: 900 });
    await expectAccessible(dashboard, 'a conversation on a wide screen');
    await dashboard.screenshot({ path: info.outputPath('wide.png') });
    await dashboard.setViewportSize(PHONE);
    await expectAccessible(dashboard, 'a conversation on a phone');
    await dashboard.screenshot({ path: info.outputPath('phone.png') });
    await dashboard.keyboard.press('Escape');
    await dashboard.getByRole('link', { name: 'Conversations' }).first().click();
    await expectAccessible(dashboard, 'the list on a phone');
    await dashboard.screenshot({ path: info.outputPath('phone-list.png') });
  });
}
