/** Who a visitor is asked to be, by a form; and who is never asked. */

import { expectAccessible } from './support/axe.ts';
import { expect as dashboardExpect, test as dashboardTest } from './support/dashboard.ts';
import type { Chat, Service } from './support/service.ts';
import { addIdentifyingChat, expect, tagOf, test } from './support/test.ts';
import { customer } from './support/tokens.ts';
import { identify, ready, type Widget } from './support/widget.ts';

const STRICT = "default-src 'none'; trusted-types 'none'; require-trusted-types-for 'script'";

function set(service: Service, chat: Chat, ...settings: string[]) {
  return service.command(['chat', 'set', '--chat', chat.chat_id, ...settings]);
}

const form = (widget: Widget) => widget.panel.getByRole('form');

test('asks before the chat begins, and what is typed is claimed, not proven', async ({
  page,
  service,
  shop,
  widget,
  witness,
}) => {
  const { chat } = await addIdentifyingChat(service, 'Asking first');
  await set(
    service,
    chat,
    'lead_form.mode=before_chat',
    'lead_form.fields=["first_name","phone_number","email_marketing_consent"]',
  );
  const csp = `${STRICT}; script-src ${service.url}; connect-src ${service.url}`;
  await page.goto(
    shop.page({ head: tagOf(service, chat) }, '/', { 'Content-Security-Policy': csp }),
  );
  await ready(page);
  await widget.open();
  await expect(widget.input).toHaveCount(0);
  const email = widget.panel.getByRole('textbox', { name: 'Email' });
  await expect(email).toBeFocused();
  await expectAccessible(page, 'the form before the chat');
  await page.keyboard.type('no email');
  await page.keyboard.press('Enter');
  await expect(form(widget).getByRole('alert')).toHaveText(/Enter an email address/);
  await expect(email).toBeFocused();
  await email.fill('ada@shop.example');
  await widget.panel.getByRole('textbox', { name: 'First name' }).fill('Ada');
  await widget.panel.getByRole('checkbox').check();
  await page.keyboard.press('Enter');
  await expect(form(widget)).toHaveCount(0);
  await expect(widget.input).toBeFocused();
  await widget.ask('Hello');
  await expect(widget.status).not.toContainText('Ada');

  // It is not asked again, on no page.
  await page.reload();
  await ready(page);
  await widget.open();
  await expect(widget.own).toHaveCount(1);
  await expect(form(widget)).toHaveCount(0);
  expect(await witness.violations()).toEqual([]);
});

test('asks after the first message, and can be put off', async ({
  page,
  service,
  shop,
  widget,
}) => {
  const { chat } = await addIdentifyingChat(service, 'Asking later');
  await set(service, chat, 'lead_form.mode=after_first_message');
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  await widget.open();
  await expect(form(widget)).toHaveCount(0);
  await widget.ask('Hello');
  await expect(form(widget)).toBeVisible();
  await expectAccessible(page, 'the form in the chat');
  await form(widget).getByRole('button', { name: 'Not now' }).click();
  await expect(form(widget)).toHaveCount(0);
  await expect(widget.input).toBeVisible();
  await page.reload();
  await ready(page);
  await widget.open();
  await expect(widget.own).toHaveCount(1);
  await expect(form(widget)).toHaveCount(0);
});

test('is withdrawn the moment its visitor is verified', async ({ page, service, shop, widget }) => {
  const { chat, sign } = await addIdentifyingChat(service, 'Never asked');
  await set(service, chat, 'lead_form.mode=before_chat');
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  await widget.open();
  await widget.panel.getByRole('textbox', { name: 'Email' }).fill('half ty');
  expect(await identify(page, sign(customer('Ada')))).toEqual({ status: 'identified' });
  await expect(form(widget)).toHaveCount(0);
  await expect(widget.input).toBeFocused();
  await widget.ask('Who am I?');
  await expect(widget.answers.last()).toContainText('Ada');
});

dashboardTest(
  'a merchant chooses what is asked, and an open chat follows',
  async ({ dashboard, browser, service, shop, visit, owner }) => {
    const { chat } = await addIdentifyingChat(service, 'Choosing');
    const elsewhere = await browser.newContext();
    const page = await elsewhere.newPage();
    await page.goto(shop.page({ head: tagOf(service, chat) }));
    await ready(page);
    await page.locator('#widget-chat-button').click();
    const panel = page.getByRole('dialog');
    await dashboardExpect(panel.getByRole('textbox', { name: 'Your message' })).toBeVisible();

    await visit(`/chats/${chat.chat_id}/settings`, owner);
    await dashboard.getByRole('radio', { name: /Before the chat/ }).check();
    await dashboard.getByRole('checkbox', { name: 'Last name' }).check();
    await expectAccessible(dashboard, 'settings');
    await dashboard.getByRole('button', { name: 'Save', exact: true }).click();
    await dashboardExpect(
      dashboard.getByRole('button', { name: 'Save', exact: true }),
    ).toBeDisabled();
    await dashboardExpect(
      panel.getByRole('textbox', { name: 'Last name (optional)' }),
    ).toBeVisible();
    await dashboard.reload();
    await dashboardExpect(dashboard.getByRole('radio', { name: /Before the chat/ })).toBeChecked();
    await elsewhere.close();
  },
);
