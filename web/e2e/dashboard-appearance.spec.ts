/** The appearance: seen before it is saved, saved, taken back, and never lost by accident. */

import { expectAccessible } from './support/axe.ts';
import { expect, test } from './support/dashboard.ts';
import { tagOf } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('is looked at in the real widget, saved, taken back, and reaches the shop', async ({
  dashboard,
  service,
  shop,
  visit,
  context,
}) => {
  const chat = await service.addChat('Appearance');
  const asked: string[] = [];
  dashboard.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await visit(`/chats/${chat.chat_id}/appearance`);
  const frame = dashboard.frameLocator('.look-frames iframe:not(.coming)');
  await expect(frame.locator('.greeting')).toHaveText('Hi, how can we help?');

  await dashboard.getByLabel('Colour', { exact: true }).fill('#ffdd00');
  await expect(dashboard.getByText('On a white page this bubble is hard to see')).toBeVisible();
  // The widget that is drawn anew beside it takes the focus from nobody who writes.
  const welcome = dashboard.getByLabel('Welcome');
  await welcome.pressSequentially('Welcome to our', { delay: 60 });
  await expect(frame.locator('.greeting')).toHaveText('Welcome to our');
  await expect(welcome).toBeFocused();
  expect(await dashboard.evaluate(() => document.hasFocus())).toBe(true);
  await dashboard.keyboard.type(' shop!');
  await dashboard.getByLabel('Suggested questions').fill('Where is my order?');
  await expect(frame.locator('.greeting')).toHaveText('Welcome to our shop!');
  await expect(frame.locator('#widget-chat-button')).toHaveCSS(
    'background-color',
    'rgb(255, 221, 0)',
  );

  // What is written in the preview stays in it.
  // By keyboard: the test's mouse does not know that the frame is drawn smaller.
  await frame.getByRole('button', { name: 'Where is my order?' }).press('Enter');
  await expect(frame.locator('.message.other .text:not(.dots)')).toBeVisible();
  expect(asked.filter((path) => /\/(messages|conversation|events)$/.test(path))).toEqual([]);

  await dashboard.getByLabel('Visitor’s language').selectOption('ar');
  await expect(frame.locator('.inside')).toHaveAttribute('dir', 'rtl');
  await dashboard.getByLabel('Device').selectOption('phone');
  await dashboard.getByLabel('Show').selectOption('talk');
  await expect(frame.locator('.message.own')).toBeVisible();

  // A page with something unsaved is not left by accident.
  await dashboard.getByRole('link', { name: 'Contacts' }).click();
  const question = dashboard.getByRole('dialog', { name: 'Leave without saving?' });
  await expectAccessible(dashboard, 'asking before leaving');
  await question.getByRole('button', { name: 'Stay' }).click();
  await expect(dashboard.getByLabel('Welcome')).toHaveValue('Welcome to our shop!');

  await dashboard.getByRole('button', { name: 'Save the appearance' }).click();
  await expect(
    dashboard.getByText('Saved. Your pages follow within five minutes.', { exact: true }),
  ).toBeVisible();
  const page = await context.newPage();
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  const widget = new Widget(page);
  await widget.open();
  await expect(widget.greeting).toHaveText('Welcome to our shop!');
  await page.close();

  await dashboard.getByRole('button', { name: 'Take it back' }).click();
  await expect(dashboard.getByLabel('Welcome')).toHaveValue('');
  await expect(dashboard.getByLabel('Colour', { exact: true })).toHaveValue('');
});

test('says what cannot be saved', async ({ dashboard, service, visit }) => {
  const chat = await service.addChat('Wrong appearance');
  await visit(`/chats/${chat.chat_id}/appearance`);
  await dashboard.getByLabel('Colour', { exact: true }).fill('red');
  await dashboard.getByLabel('Pixels from the bottom').fill('999');
  await dashboard.getByRole('button', { name: 'Save the appearance' }).click();
  await expect(dashboard.getByText('A colour is # and six digits')).toBeVisible();
  await expect(dashboard.getByText('A number of pixels from 0 to 200.')).toBeVisible();
  await dashboard.getByRole('button', { name: 'Reset to defaults' }).click();
  await expect(dashboard.getByLabel('Pixels from the bottom')).toHaveValue('20');
});

test('can be read by members, who change nothing', async ({
  dashboard,
  service,
  visit,
  member,
}) => {
  const chat = await service.addChat('Read only');
  await visit(`/chats/${chat.chat_id}/appearance`, member);
  await expect(dashboard.getByLabel('Welcome')).toBeDisabled();
  await expect(dashboard.getByRole('button', { name: 'Save the appearance' })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`has no fault that axe knows, and fits a phone, in ${colorScheme}`, async ({
    dashboard,
    service,
    visit,
  }) => {
    const chat = await service.addChat(`Axe ${colorScheme}`);
    await dashboard.emulateMedia({ colorScheme });
    await visit(`/chats/${chat.chat_id}/appearance`);
    const frame = dashboard.frameLocator('.look-frames iframe:not(.coming)');
    await expect(frame.locator('.greeting')).toBeVisible();
    for (const width of [390, 1440]) {
      await dashboard.setViewportSize({ width, height: 900 });
      await expectAccessible(dashboard, `${width} px`);
      const sideways = await dashboard.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(sideways, `scrolls sideways at ${width}`).toBe(false);
    }
  });
}
