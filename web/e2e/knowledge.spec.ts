/** A merchant gives the assistant something to read up; visitors are told what is written, until it is removed. */

import { expectAccessible } from './support/axe.ts';
import { expect, region, test } from './support/dashboard.ts';
import { tagOf } from './support/test.ts';
import { ready, Widget } from './support/widget.ts';

const PHONE = { width: 390, height: 844 };

test('a pasted text is told with its source, and no more once it is removed', async ({
  dashboard,
  browser,
  service,
  shop,
  visit,
}) => {
  const chat = await service.addChat('Knowledge');
  await visit(`/chats/${chat.chat_id}/assistant`);
  const knowledge = region(dashboard, 'Knowledge');
  await expect(knowledge).toContainText('There is nothing to read up yet.');
  await knowledge.getByRole('tab', { name: 'Address' }).focus();
  await dashboard.keyboard.press('End');
  await knowledge.getByLabel('Title').fill('House rules');
  await knowledge
    .getByRole('textbox', { name: 'Text' })
    .fill(
      '# Gifts\n\nWe wrap gifts for free.\n\n# Returns\n\nA plant may come back within 30 days.',
    );
  await knowledge.getByRole('button', { name: 'Add the text' }).press('Enter');
  const source = knowledge.getByRole('listitem').filter({ hasText: 'House rules' });
  await expect(source).toContainText('2 passages');

  await knowledge.getByLabel('Try a question').fill('Do you wrap gifts?');
  await dashboard.keyboard.press('Enter');
  await expect(knowledge.getByRole('blockquote').first()).toHaveText('We wrap gifts for free.');
  await knowledge.getByLabel('Try a question').fill('Is the monstera poisonous?');
  await dashboard.keyboard.press('Enter');
  await expect(knowledge.getByRole('status')).toContainText('Nothing is found');

  const elsewhere = await browser.newContext();
  const page = await elsewhere.newPage();
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  const widget = new Widget(page);
  await widget.open();
  await widget.ask('Do you wrap gifts?');
  await expect(widget.answers.last()).toContainText('We wrap gifts for free.');
  await expect(widget.answers.last()).toContainText('From Gifts');
  await expectAccessible(page, 'an excerpt in the chat');

  await source.getByRole('button', { name: 'Remove House rules' }).click();
  await dashboard.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(knowledge).toContainText('There is nothing to read up yet.');
  await widget.ask('So, are gifts wrapped?', 2);
  await expect(widget.answers.last()).not.toContainText('for free');
  await elsewhere.close();
});

test('files are read or refused one by one, and an address says why it fails', async ({
  dashboard,
  service,
  visit,
}) => {
  const chat = await service.addChat('Files');
  await visit(`/chats/${chat.chat_id}/assistant`);
  const knowledge = region(dashboard, 'Knowledge');
  await knowledge.getByRole('tab', { name: 'Files' }).click();
  await knowledge.getByLabel('Choose files').setInputFiles([
    {
      name: 'hours.md',
      mimeType: 'text/markdown',
      buffer: Buffer.from('# Hours\n\nNine to five.'),
    },
    { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]) },
  ]);
  await expect(knowledge.getByRole('alert').filter({ hasText: 'logo.png' })).toContainText(
    'no text, Markdown, HTML or PDF',
  );
  await expect(knowledge.getByRole('listitem').filter({ hasText: 'hours.md' })).toContainText(
    '1 passage',
  );

  await knowledge.getByRole('tab', { name: 'Address' }).click();
  await knowledge.getByRole('textbox', { name: 'Address' }).fill('https://localhost/returns');
  await knowledge.getByRole('button', { name: 'Add the address' }).click();
  const address = knowledge.getByRole('listitem').filter({ hasText: 'https://localhost/returns' });
  // Without a reload.
  await expect(address).toContainText('is not on the public internet', { timeout: 15_000 });
  await expect(address.getByRole('button', { name: /Read again/ })).toBeVisible();
});

test('a member looks and tries, and changes nothing', async ({
  dashboard,
  service,
  visit,
  member,
}) => {
  const chat = await service.addChat('Looked at');
  await visit(`/chats/${chat.chat_id}/assistant`, member);
  const knowledge = region(dashboard, 'Knowledge');
  await expect(knowledge).toContainText('There is nothing to read up yet.');
  await expect(knowledge.getByRole('tab')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`what is known is accessible in ${colorScheme} colours, on a phone too`, async ({
    dashboard,
    service,
    visit,
  }) => {
    const chat = await service.addChat(`Known ${colorScheme}`);
    await dashboard.emulateMedia({ colorScheme });
    await visit(`/chats/${chat.chat_id}/assistant`);
    const knowledge = region(dashboard, 'Knowledge');
    for (const tab of ['Files', 'Text']) {
      await knowledge.getByRole('tab', { name: tab }).click();
      await expectAccessible(dashboard, tab);
    }
    await knowledge.getByLabel('Title').fill('Hours');
    await knowledge.getByRole('textbox', { name: 'Text' }).fill('Open from nine to five.');
    await knowledge.getByRole('button', { name: 'Add the text' }).click();
    await knowledge.getByLabel('Try a question').fill('When are you open?');
    await dashboard.keyboard.press('Enter');
    await expect(knowledge.getByRole('blockquote')).toHaveText('Open from nine to five.');
    await expectAccessible(dashboard, 'something known');
    await dashboard.setViewportSize(PHONE);
    const wide = await dashboard.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(PHONE.width);
    await expectAccessible(dashboard, 'something known on a phone');
  });
}
