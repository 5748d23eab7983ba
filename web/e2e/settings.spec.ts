/** Settings that close doors or delete things: each says beforehand what it would do. */

import { expectAccessible } from './support/axe.ts';
import { expect, heading, region, test } from './support/dashboard.ts';
import { tagOf } from './support/test.ts';
import { Widget } from './support/widget.ts';

const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1440, height: 900 };

test('warns before a website that calls is shut out', async ({
  dashboard,
  browser,
  service,
  shop,
  visit,
}) => {
  const chat = await service.addChat('Doors');
  const elsewhere = await browser.newContext();
  const page = await elsewhere.newPage();
  const address = shop.page({ head: tagOf(service, chat) });
  await page.goto(address);
  const widget = new Widget(page);
  await widget.open();
  await widget.ask('Hello?');
  const { origin } = new URL(address);

  await visit(`/chats/${chat.chat_id}/settings`);
  const origins = region(dashboard, 'Allowed origins');
  await expect(origins).toContainText('Any website.');
  await expect(origins.getByRole('listitem').filter({ hasText: origin })).toContainText('allowed');
  await origins.getByLabel('Website').fill('no website');
  await origins.getByLabel('Website').press('Enter');
  await expect(origins.getByRole('alert').first()).toContainText('https://shop.example');
  await expectAccessible(dashboard, 'a website that is none');
  await origins.getByLabel('Website').fill('other.example/cart');
  await origins.getByLabel('Website').press('Enter');
  await expect(origins.getByRole('list', { name: 'Allowed origins' })).toContainText(
    'https://other.example',
  );
  await expect(origins.getByRole('status')).toContainText(origin);
  await origins.getByRole('button', { name: 'Save' }).click();
  await expect(heading(dashboard, 'Shut them out?')).toBeVisible();
  await expectAccessible(dashboard, 'the question');
  await dashboard.getByRole('button', { name: 'Go back' }).click();
  await origins.getByRole('button', { name: `Add ${origin}` }).click();
  await expect(origins.getByRole('status')).toHaveCount(0);
  await origins.getByRole('button', { name: 'Save' }).click();
  await expect(origins.getByRole('button', { name: 'Save' })).toBeDisabled();
  await page.reload();
  await widget.open();
  await widget.ask('Still there?', 2);
  await elsewhere.close();
});

test('says what a rule would delete, asks for the name, and takes it back', async ({
  dashboard,
  service,
  visit,
}) => {
  const chat = await service.addChat('Old things');
  await visit(`/chats/${chat.chat_id}/settings`);
  const kept = region(dashboard, 'How long things are kept');
  await expect(kept).toContainText('Nothing is deleted by itself.');
  const days = kept.getByLabel(/^Conversations, in days/);
  await days.fill('0');
  await kept.getByRole('button', { name: 'Save' }).click();
  await expect(kept.getByText('Whole days from 1 to 3650')).toBeVisible();
  await days.fill('90');
  await expect(kept).toContainText('Now that would delete 0 conversations and 0 typed leads.');
  await kept.getByRole('button', { name: 'Save' }).click();
  const sure = dashboard.getByRole('dialog');
  await expect(sure).toContainText('Deleting begins in an hour');
  const go = sure.getByRole('button', { name: 'Delete what is older' });
  await expect(go).toBeDisabled();
  await expectAccessible(dashboard, 'the question');
  await sure.getByLabel(/^Type the chat’s name/).fill('Old things');
  await go.click();
  await expect(sure).toHaveCount(0);
  await expect(kept).toContainText('Nothing was old enough');
  await dashboard.reload();
  await expect(days).toHaveValue('90');
  await days.fill('30');
  await kept.getByRole('button', { name: 'Save' }).click();
  await sure.getByLabel(/^Type the chat’s name/).fill('Old things');
  await go.click();
  await kept.getByRole('button', { name: 'Take the last change back' }).click();
  await expect(days).toHaveValue('90');
  await days.fill('');
  await kept.getByRole('button', { name: 'Save' }).click();
  await expect(sure).toHaveCount(0);
  await expect(kept.getByRole('button', { name: 'Save' })).toBeDisabled();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page is accessible in ${colorScheme} colours, on a phone too`, async ({
    dashboard,
    service,
    visit,
    member,
  }, info) => {
    const chat = await service.addChat(`Settings in ${colorScheme}`);
    await dashboard.emulateMedia({ colorScheme });
    for (const [size, as] of [
      [PHONE, member],
      [WIDE, undefined],
    ] as const) {
      await dashboard.setViewportSize(size);
      await visit(`/chats/${chat.chat_id}/settings`, as);
      await expect(heading(dashboard, 'Sessions and history')).toBeVisible();
      await expectAccessible(dashboard, `the settings at ${size.width} in ${colorScheme}`);
      const overflow = await dashboard.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await dashboard.screenshot({ path: info.outputPath(`${size.width}.png`), fullPage: true });
    }
  });
}
