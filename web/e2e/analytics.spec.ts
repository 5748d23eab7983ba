/** What went on, in numbers: as pictures, as tables and as files. */

import { readFile } from 'node:fs/promises';
import { expectAccessible } from './support/axe.ts';
import { expect, heading, region, test } from './support/dashboard.ts';
import type { Chat, Service } from './support/service.ts';
import { addIdentifyingChat, type Identifying } from './support/test.ts';
import { customer } from './support/tokens.ts';

const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1440, height: 900 };

function call(service: Service, chat: Chat, path: string, token: string, body: unknown) {
  return fetch(`${service.url}/widget/${chat.widget_token}/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

/** Says hello and waits for the assistant's answer, which is counted too. */
async function talk(service: Service, chat: Chat, token: string): Promise<void> {
  const said = await call(service, chat, 'messages', token, { client_id: '1', text: 'Hello' });
  expect(said.status).toBe(201);
  const read = () =>
    fetch(`${service.url}/widget/${chat.widget_token}/conversation`, {
      headers: { Authorization: `Bearer ${token}` },
    }).then((answer) => answer.text());
  await expect.poll(read).toContain('"author":"assistant"');
}

/** Two customers who sign in, one of whom buys; a visitor who says who they are; and a token that is refused. */
async function aDay(service: Service, { chat, sign }: Identifying): Promise<void> {
  for (const [at, name] of ['Ada', 'Grace'].entries()) {
    let token = `visitor-of-${name}-0123456789abcdef`;
    const identified = await call(service, chat, 'identify', token, {
      visitor_token: token,
      jwt: sign(customer(name)),
    });
    expect(identified.status).toBe(200);
    token = identified.headers.get('Zipchat-Visitor-Token') ?? token;
    await talk(service, chat, token);
    if (at === 0) {
      const order = { order_id: '1', order_total: 12.5, currency: 'EUR', line_items: [] };
      expect((await call(service, chat, 'purchases', token, order)).status).toBe(201);
    }
  }
  const token = 'a-stranger-0123456789abcdef';
  const refused = { visitor_token: token, jwt: 'no.token.atall' };
  expect((await call(service, chat, 'identify', token, refused)).status).toBe(422);
  await talk(service, chat, token);
  const typed = await call(service, chat, 'lead', token, { email: 'eve@example.com' });
  expect(typed.status).toBe(200);
}

test('tells what went on as a picture, as a table and as a file', async ({
  dashboard,
  service,
  visit,
  member,
}) => {
  const identifying = await addIdentifyingChat(service, 'Numbers');
  await aDay(service, identifying);
  await visit(`/chats/${identifying.chat.chat_id}/analytics`, member);
  const pictures = region(dashboard, 'Identifications');
  await expect(pictures.locator('dt', { hasText: 'Verified' }).locator('+ dd')).toContainText('2');
  await expect(pictures.locator('dt', { hasText: 'Refused' }).locator('+ dd')).toContainText('1');
  await expect(region(dashboard, 'Conversations')).toContainText('67%');
  await expect(region(dashboard, 'Purchases')).toContainText('€12.50');
  await expect(region(dashboard, 'Orders looked up')).toContainText('Nothing of this');
  await expect(region(dashboard, 'Refusals by reason')).toContainText('1');
  await expectAccessible(dashboard, 'the pictures');

  // By keyboard, step by step, also for whoever cannot see it.
  const steps = pictures.getByRole('slider', { name: 'Identifications: step by step' });
  await steps.focus();
  await expect(steps).toHaveAttribute('aria-valuetext', /Verified: 2; Refused: 1/);
  await expect(pictures.locator('.chart-tip')).toContainText('Verified: 2');
  await steps.press('ArrowLeft');
  await expect(steps).toHaveAttribute('aria-valuetext', /Verified: 0; Refused: 0/);
  await pictures.getByRole('button', { name: 'Show as table' }).click();
  await expect(pictures.getByRole('table').getByRole('row')).toHaveCount(9);
  await expect(pictures.getByRole('row', { name: /^Total/ })).toContainText('2');
  await expectAccessible(dashboard, 'a table');

  const coming = dashboard.waitForEvent('download');
  await region(dashboard, 'New leads').getByRole('link', { name: 'CSV' }).click();
  const text = await readFile(await (await coming).path(), 'utf8');
  const lines = text.trim().split('\r\n');
  expect(lines[0]).toBe('from,to,leads.typed,leads.verified');
  expect(lines.at(-1)).toMatch(/,1,2$/);
});

test('looks at any time, and says what is wrong with one', async ({
  dashboard,
  service,
  visit,
}) => {
  const identifying = await addIdentifyingChat(service, 'Times');
  await aDay(service, identifying);
  const answers = region(dashboard, 'Answers');
  // They are counted when they are given, which may be after the page was read.
  await expect(async () => {
    await visit(`/chats/${identifying.chat.chat_id}/analytics`);
    await expect(answers.getByRole('slider')).toHaveAttribute('max', '6', { timeout: 2000 });
  }).toPass();
  await dashboard.getByRole('radio', { name: '24 hours' }).check();
  await expect(answers.getByRole('slider')).toHaveAttribute('max', '23');
  await dashboard.getByRole('radio', { name: '90 days' }).check();
  await expect(answers.getByRole('slider')).toHaveAttribute('max', '89');
  await dashboard.getByRole('radio', { name: 'Other days' }).check();
  await expect(answers.getByRole('slider')).toHaveAttribute('max', '13');
  await dashboard.getByLabel('From', { exact: true }).fill('2026-01-31');
  await dashboard.getByLabel('To', { exact: true }).fill('2026-01-01');
  await expect(dashboard.getByText('The first day must not be after the last.')).toBeVisible();
  await expectAccessible(dashboard, 'days that are not right');
  await dashboard.getByLabel('To', { exact: true }).fill('2026-02-28');
  await expect(answers).toContainText('Nothing of this');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page is accessible in ${colorScheme} colours, on a phone too`, async ({
    dashboard,
    service,
    visit,
  }, info) => {
    const identifying = await addIdentifyingChat(service, `Numbers in ${colorScheme}`);
    await aDay(service, identifying);
    await dashboard.emulateMedia({ colorScheme });
    for (const size of [PHONE, WIDE]) {
      await dashboard.setViewportSize(size);
      await visit(`/chats/${identifying.chat.chat_id}/analytics`);
      await expect(region(dashboard, 'Purchases')).toContainText('€12.50');
      await region(dashboard, 'Conversations').getByRole('slider').focus();
      await expectAccessible(dashboard, `the pictures at ${size.width} in ${colorScheme}`);
      const overflow = await dashboard.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await dashboard.screenshot({ path: info.outputPath(`${size.width}.png`), fullPage: true });
    }
  });
}

test('says when there is nothing yet, and when it cannot be read', async ({
  dashboard,
  service,
  visit,
  witness,
}) => {
  const chat = await service.addChat('Quiet');
  await visit(`/chats/${chat.chat_id}/analytics`);
  await expect(heading(dashboard, 'Analytics')).toBeVisible();
  await expect(dashboard.getByText('Nothing of this in the time that is shown.')).toHaveCount(7);
  await expectAccessible(dashboard, 'no numbers');
  await dashboard.route('**/analytics?*', (route) => route.abort());
  await dashboard.reload();
  await expect(heading(dashboard, 'No connection')).toBeVisible();
  await expectAccessible(dashboard, 'no connection');
  await dashboard.unroute('**/analytics?*');
  await dashboard.getByRole('button', { name: 'Try again' }).click();
  await expect(dashboard.getByText('Nothing of this in the time that is shown.')).toHaveCount(7);
  // The browser itself writes a line for a call that was cut off.
  witness.lines.length = 0;
});
