/** What is around every page of the dashboard: header, menus, palette, language. */

import { expectAccessible } from './support/axe.ts';
import { expect, heading, test } from './support/dashboard.ts';

test('the palette goes to pages, chats and settings by their names', async ({
  dashboard,
  service,
  visit,
}) => {
  const one = await service.addChat('Palette one');
  const two = await service.addChat('Palette two');
  await visit(`/chats/${one.chat_id}/conversations`);
  await expect(heading(dashboard, 'Conversations')).toBeVisible();
  const palette = dashboard.getByRole('listbox', { name: 'Found' });
  const field = dashboard.getByRole('combobox', { name: /Type the name/ });

  await dashboard.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await expectAccessible(dashboard, 'the palette');
  await field.pressSequentially('contac');
  await expect(palette.getByRole('option', { selected: true })).toHaveText('Contacts');
  await dashboard.keyboard.press('Enter');
  await expect(heading(dashboard, 'Contacts')).toBeFocused();

  await dashboard.keyboard.press('Control+k');
  await field.pressSequentially('nothing of this name');
  await expect(palette.getByRole('option').first()).toContainText('Search conversations');
  await dashboard.keyboard.press('Escape');
  await expect(field).toHaveCount(0);
  await expect(heading(dashboard, 'Contacts')).toBeFocused();

  await dashboard.getByRole('button', { name: /Go to…/ }).click();
  await field.fill('palette two');
  await dashboard.getByRole('option', { name: 'Palette two', exact: true }).click();
  await expect(dashboard).toHaveURL(`${service.url}/chats/${two.chat_id}/conversations`);

  await dashboard.keyboard.press('Control+k');
  await field.fill('theme dark');
  await dashboard.keyboard.press('Enter');
  await expect(dashboard.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the header changes the chat and stays on the page', async ({ dashboard, service, visit }) => {
  const one = await service.addChat('Switch one');
  const two = await service.addChat('Switch two');
  await visit(`/chats/${one.chat_id}/contacts`);
  await dashboard.getByRole('button', { name: 'Chat Switch one. Change to another' }).click();
  await expectAccessible(dashboard, 'the list of chats');
  await dashboard.keyboard.press('Escape');
  await expect(dashboard.getByRole('link', { name: 'All chats', exact: true })).toHaveCount(0);
  await dashboard.keyboard.press('Enter');
  await dashboard.getByRole('link', { name: 'Switch two' }).click();
  await expect(dashboard).toHaveURL(`${service.url}/chats/${two.chat_id}/contacts`);
  await expect(dashboard.getByRole('button', { name: /^Chat Switch two/ })).toBeVisible();
});

test('the language changes without a reload, is kept, and turns the page around', async ({
  dashboard,
  visit,
}) => {
  await visit('/');
  await expect(heading(dashboard, 'Chats')).toBeVisible();
  await dashboard.getByRole('button', { name: /Your account/ }).click();
  await expectAccessible(dashboard, 'the account menu');
  await dashboard.getByLabel('Language').selectOption('ar');
  const page = dashboard.locator('html');
  await expect(page).toHaveAttribute('dir', 'rtl');
  await expect(page).toHaveAttribute('lang', 'ar');
  await expectAccessible(dashboard, 'in Arabic');
  await dashboard.reload();
  await expect(page).toHaveAttribute('dir', 'rtl');
});
