/** A person takes a conversation over in the dashboard; the customer sees who answers. */

import { expectAccessible } from './support/axe.ts';
import { expect, test } from './support/dashboard.ts';
import { addIdentifyingChat, tagOf } from './support/test.ts';
import { customer } from './support/tokens.ts';
import { identify, ready, Widget } from './support/widget.ts';

const PHONE = { width: 375, height: 667 };

test('takes over, answers by name, and gives back', async ({
  dashboard,
  browser,
  service,
  shop,
  visit,
  member,
}) => {
  const { chat, sign } = await addIdentifyingChat(service, 'People');
  const elsewhere = await browser.newContext();
  const page = await elsewhere.newPage();
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  await identify(page, sign(customer('Ada')));
  const widget = new Widget(page);
  await widget.open();
  await widget.ask('Is anybody there?');

  await visit(`/chats/${chat.chat_id}/conversations`, member);
  await dashboard.getByRole('link', { name: /Ada/ }).click();
  await dashboard.getByRole('button', { name: 'Take over' }).press('Enter');
  const answer = dashboard.getByRole('textbox', { name: 'Your answer' });
  await expect(answer).toBeFocused();
  await expect(widget.log).toContainText('member answers you now');
  await widget.say('A person, please');
  await dashboard.keyboard.type('Here **I** am.');
  await expectAccessible(dashboard, 'answering');
  await dashboard.keyboard.press('Escape');
  await expect(answer).toHaveValue('Here **I** am.');
  await dashboard.keyboard.press('Enter');
  await expect(answer).toHaveValue('');
  await expect(widget.answers).toHaveCount(2);
  await expect(widget.answers.last()).toHaveText('Here I am.');
  await expect(widget.log.locator('.speaker')).toHaveText('member');
  await expect(dashboard.getByRole('article').last()).toContainText('Here I am.');
  await expectAccessible(page, 'the chat with a person');

  await dashboard.getByRole('button', { name: 'Give back to the assistant' }).click();
  await expect(answer).toHaveCount(0);
  await expect(dashboard.getByRole('button', { name: 'Take over' })).toBeFocused();
  await expect(widget.log).not.toContainText('answers you now');
  await widget.ask('And now?', 3);
  await elsewhere.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`answering is accessible in ${colorScheme} colours, on a phone too`, async ({
    dashboard,
    browser,
    service,
    shop,
    visit,
  }, info) => {
    const { chat } = await addIdentifyingChat(service, `People in ${colorScheme}`);
    const elsewhere = await browser.newContext();
    const page = await elsewhere.newPage();
    await page.goto(shop.page({ head: tagOf(service, chat) }));
    const widget = new Widget(page);
    await widget.open();
    await widget.ask('Is anybody there?');
    await elsewhere.close();

    await dashboard.emulateMedia({ colorScheme });
    await visit(`/chats/${chat.chat_id}/conversations`);
    await dashboard.getByRole('link', { name: /Visitor/ }).click();
    await dashboard.getByRole('button', { name: 'Take over' }).click();
    await dashboard.getByRole('textbox', { name: 'Your answer' }).fill('x'.repeat(4_001));
    await expect(dashboard.getByText('1 character too many')).toBeVisible();
    await expect(dashboard.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
    await dashboard.getByRole('textbox', { name: 'Your answer' }).fill('Yes. What can I do?');
    await expectAccessible(dashboard, 'answering');
    await dashboard.screenshot({ path: info.outputPath('wide.png') });
    await dashboard.setViewportSize(PHONE);
    await expectAccessible(dashboard, 'answering on a phone');
    await dashboard.screenshot({ path: info.outputPath('phone.png') });
  });
}

test('a purchase is credited under the strictest policy', async ({
  page,
  service,
  shop,
  witness,
}) => {
  const { chat } = await addIdentifyingChat(service, 'Purchases');
  const script = `<script src="${service.url}/widget/track_zipchat_purchase.js?id=${chat.widget_token}" defer></script>`;
  const policy = `default-src 'none'; script-src HOST; connect-src HOST; require-trusted-types-for 'script'; trusted-types 'none'`;
  const headers = { 'Content-Security-Policy': policy.replaceAll('HOST', service.url) };
  await page.goto(shop.page({ head: tagOf(service, chat) + script }, '/', headers));
  const widget = new Widget(page);
  await widget.open();
  await widget.ask('Which tea?');
  const order = { order_id: '1001', order_total: 12.5, currency: 'EUR', line_items: [] };
  const track = (what: unknown) =>
    page.evaluate(
      (sent) =>
        (
          window as unknown as { trackZipchatPurchase(order: unknown): Promise<boolean> }
        ).trackZipchatPurchase(sent),
      what,
    );
  expect(await track(order)).toBe(true);
  expect(await track(order)).toBe(true);
  expect(await witness.violations()).toEqual([]);
});
