/** What was not read yet, what was, and who is typing. */

import { expect, test } from './support/dashboard.ts';
import { addIdentifyingChat, tagOf } from './support/test.ts';
import { ready, Widget } from './support/widget.ts';

test('an answer is counted on the next page, seen when it is looked at, and both sides see the other type', async ({
  dashboard,
  browser,
  service,
  shop,
  visit,
  member,
}) => {
  const { chat } = await addIdentifyingChat(service, 'Reading');
  const elsewhere = await browser.newContext();
  const page = await elsewhere.newPage();
  const head = tagOf(service, chat);
  await page.goto(shop.page({ head }));
  await ready(page);
  const widget = new Widget(page);
  await widget.open();
  await widget.ask('Is anybody there?');

  await visit(`/chats/${chat.chat_id}/conversations`, member);
  await dashboard.locator('[data-conversation]').click();
  await dashboard.getByRole('button', { name: 'Take over' }).click();
  await expect(widget.log).toContainText('member answers you now');
  const answer = dashboard.getByRole('textbox', { name: 'Your answer' });
  await answer.pressSequentially('Let me see');
  await expect(widget.log).toContainText('member is writing');
  await widget.input.pressSequentially('Hm');
  await expect(dashboard.getByText('is typing…')).toBeVisible();
  await widget.input.fill('');

  // The customer goes on through the shop with the panel closed.
  await page.goto(shop.page({ head }));
  await ready(page);
  await answer.fill('Yes, I am.');
  await answer.press('Enter');
  await expect(widget.bubble).toHaveAccessibleName('Open chat, 1 unread');
  await expect(dashboard.getByText('Seen', { exact: true })).toHaveCount(0);
  await page.goto(shop.page({ head }));
  await expect(widget.bubble).toHaveAccessibleName('Open chat, 1 unread');
  await widget.open();
  await expect(widget.answers.last()).toHaveText('Yes, I am.');
  await expect(dashboard.getByText('Seen', { exact: true })).toBeVisible();
  await page.goto(shop.page({ head }));
  await ready(page);
  await page.waitForTimeout(1_000);
  await expect(widget.bubble).toHaveAccessibleName('Open chat');
  await elsewhere.close();
});
