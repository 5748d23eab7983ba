/** The people of an account: invited, proven by more than a password, and removed. */

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { expect, heading, region, test } from './support/dashboard.ts';
import { Service } from './support/service.ts';
import { totp } from './support/totp.ts';

const PHONE = { width: 390, height: 844 };

async function signIn(page: Page, url: string, email: string, password: string): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Your account/ }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
}

/** A device in the browser that makes passkeys, and knows its owner until told not to. */
async function virtualDevice(page: Page): Promise<{ refuse(): Promise<unknown> }> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const refuse = () =>
    session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  return { refuse };
}

test('a member is invited, joins, signs in with a code, sees no keys, and is removed', async ({
  dashboard,
  browser,
  service,
  visit,
}) => {
  test.setTimeout(120_000);
  const email = `invited-${Date.now()}@example.com`;
  const chat = await service.addChat('Where members are');
  await service.activate(chat);

  await visit('/account/members');
  await expect(region(dashboard, 'Invitations')).toContainText('Nobody is invited');
  await expectAccessible(dashboard, 'members');
  await dashboard.getByLabel('Email address').fill(email);
  await dashboard.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = dashboard.getByRole('dialog', { name: `The link for ${email}` });
  const link = await dialog.getByLabel('Invitation link').inputValue();
  expect(link).toMatch(/\/invitation#[\w-]{43}$/);
  await expectAccessible(dashboard, 'the link');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(region(dashboard, 'Invitations')).toContainText(email);

  const elsewhere = await browser.newContext({ viewport: PHONE });
  const guest = await elsewhere.newPage();
  await guest.goto(link);
  await expect(heading(guest, 'Join default')).toBeVisible();
  await expect(guest).toHaveURL(/\/invitation$/);
  await expectAccessible(guest, 'joining');
  await guest.getByLabel('Your name').fill('Bob');
  await guest.getByLabel('Password', { exact: true }).fill('a password of Bob');
  await guest.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(heading(guest, 'Chats')).toBeVisible();

  await guest.goto(`${service.url}/account/security`);
  await expectAccessible(guest, 'security, on a phone');
  await guest.getByRole('button', { name: 'Set up an authenticator app' }).click();
  await expect(guest.getByRole('img', { name: 'QR code for your app' })).toBeVisible();
  await expectAccessible(guest, 'the QR code');
  const secret = (await guest.locator('.totp-secret').textContent()) ?? '';
  const code = guest.getByLabel('The six digits that it shows');
  await code.fill('000000');
  await guest.getByRole('button', { name: 'Turn it on' }).click();
  await expect(guest.getByText('This is not the code of now')).toBeVisible();
  await code.fill(totp(secret));
  await guest.getByRole('button', { name: 'Turn it on' }).click();
  const codes = guest.getByRole('dialog', { name: 'Your recovery codes' });
  await expect(codes.getByRole('listitem')).toHaveCount(10);
  await expectAccessible(guest, 'recovery codes');
  const downloading = guest.waitForEvent('download');
  await codes.getByRole('button', { name: 'Download' }).click();
  const file = await readFile(await (await downloading).path(), 'utf8');
  await codes.getByRole('button', { name: 'I have kept them' }).click();
  await expect(guest.getByText('10 recovery codes are left.')).toBeVisible();

  await signOut(guest);
  await signIn(guest, service.url, email, 'a password of Bob');
  const asked = guest.getByLabel('Code of your app, or a recovery code');
  await expectAccessible(guest, 'the code at sign-in');
  await asked.fill('123456');
  await guest.getByRole('button', { name: 'Sign in' }).click();
  await expect(guest.getByRole('alert')).toHaveText('The code is wrong, or was used before.');
  // The code of now may have been used to set it up; a clock may be ahead.
  await asked.fill(totp(secret, 1));
  await guest.getByRole('button', { name: 'Sign in' }).click();
  await expect(heading(guest, 'Chats')).toBeVisible();

  await signOut(guest);
  await signIn(guest, service.url, email, 'a password of Bob');
  await asked.fill(file.split('\n')[0] ?? '');
  await guest.getByRole('button', { name: 'Sign in' }).click();
  await expect(heading(guest, 'Chats')).toBeVisible();

  await guest.goto(`${service.url}/chats/${chat.chat_id}/integrations/keys`);
  await expect(guest.getByText('owners and editors see its keys')).toBeVisible();
  await guest.goto(`${service.url}/account/audit`);
  await expect(heading(guest, 'There is nothing here')).toBeVisible();

  await dashboard.reload();
  await expect(region(dashboard, 'Members')).toContainText('Second factor');
  await dashboard.getByRole('button', { name: `Remove ${email}` }).click();
  await expectAccessible(dashboard, 'removing');
  await dashboard.getByRole('button', { name: 'Yes, remove them' }).click();
  await expect(region(dashboard, 'Members')).not.toContainText(email);
  await guest.goto(`${service.url}/account/security`);
  await expect(heading(guest, 'Sign in')).toBeVisible();
  await elsewhere.close();

  await dashboard.goto(`${service.url}/account/audit`);
  await expect(dashboard.getByRole('listitem').first()).toContainText('Removed somebody');
  await expectAccessible(dashboard, 'the audit log');
  await dashboard.getByLabel('What was done').selectOption('totp_added');
  await expect(dashboard.locator('.audit-entry')).toHaveCount(1);
  await expect(dashboard.locator('.audit-entry')).toContainText(email);
});

test('what is dear asks for the password after a while, and then goes on', async ({
  dashboard,
  service,
  visit,
  owner,
}) => {
  await visit('/account/members');
  const email = `asked-${Date.now()}@example.com`;
  await expect(dashboard.getByLabel('Email address')).toBeVisible();
  let first = true;
  // The service's clock is not ours to turn: what it says after 15 minutes is said once.
  await dashboard.route('**/api/v1/invitations', async (route) => {
    if (!first || route.request().method() !== 'POST') return route.fallback();
    first = false;
    const error = { code: 'step_up_required', message: 'prove anew who you are' };
    return route.fulfill({ status: 403, json: { error } });
  });
  await dashboard.getByLabel('Email address').fill(email);
  await dashboard.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = dashboard.getByRole('dialog', { name: 'Is it you?' });
  await expect(dialog.getByLabel('Your password')).toBeFocused();
  await expectAccessible(dashboard, 'the question');
  await dialog.getByLabel('Your password').fill('not this one');
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('That is not right.');
  await dialog.getByLabel('Your password').fill(owner.operator.password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(dashboard.getByRole('dialog', { name: `The link for ${email}` })).toBeVisible();
  expect(service.url).toBeTruthy();
});

test('a passkey is added, signs in by itself, proves anew who is there, and is removed', async ({
  browser,
}) => {
  test.setTimeout(120_000);
  // Browsers make passkeys for names only.
  const service = await Service.start([], 'localhost');
  const operator = { email: 'keys@example.com', password: 'a-long-password-with-a-key' };
  await service.addOperator(operator, 'owner');
  const context = await browser.newContext();
  const page = await context.newPage();
  const device = await virtualDevice(page);
  await signIn(page, service.url, operator.email, operator.password);
  await expect(heading(page, 'No chat yet')).toBeVisible();
  await page.goto(`${service.url}/account/security`);
  await page.getByLabel('Name of the new passkey').fill('Laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const codes = page.getByRole('dialog', { name: 'Your recovery codes' });
  await expect(codes.getByRole('listitem')).toHaveCount(10);
  await codes.getByRole('button', { name: 'I have kept them' }).click();
  const passkeys = region(page, 'Passkeys');
  await expect(passkeys.getByRole('listitem')).toContainText('Laptop');
  await expect(passkeys.getByRole('listitem')).toContainText('not used yet');
  await expectAccessible(page, 'a passkey');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(
    passkeys.getByRole('alert').filter({ hasText: 'has a passkey of yours' }),
  ).toBeVisible();

  await signOut(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(heading(page, 'No chat yet')).toBeVisible();

  await signOut(page);
  await signIn(page, service.url, operator.email, operator.password);
  await expect(page.getByLabel('A recovery code')).toBeVisible();
  await expectAccessible(page, 'a passkey or a recovery code');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(heading(page, 'No chat yet')).toBeVisible();

  // The service's clock is not ours to turn: what it says after 15 minutes is said once.
  await page.goto(`${service.url}/account/security`);
  let first = true;
  await page.route('**/api/v1/security/recovery_codes', async (route) => {
    if (!first) return route.fallback();
    first = false;
    const error = { code: 'step_up_required', message: 'prove anew who you are' };
    return route.fulfill({ status: 403, json: { error } });
  });
  await page.getByRole('button', { name: 'New recovery codes' }).click();
  const dialog = page.getByRole('dialog', { name: 'Is it you?' });
  await expect(dialog.getByLabel('Your password')).toHaveCount(0);
  await expectAccessible(page, 'proof by a passkey');
  await dialog.getByRole('button', { name: 'Use a passkey' }).click();
  await codes.getByRole('button', { name: 'I have kept them' }).click();

  await page.getByRole('button', { name: 'Remove Laptop' }).click();
  await page.getByRole('button', { name: 'Yes, remove it' }).click();
  await expect(passkeys.getByRole('listitem')).toHaveCount(0);
  await signOut(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert')).toHaveText('This passkey does not sign in here.');
  await device.refuse();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('No passkey was given');
  await expectAccessible(page, 'no passkey');
  await context.close();
  expect(await service.end()).toEqual([]);
});

test('a forgotten password without a mail server says whom to ask', async ({
  dashboard,
  service,
}) => {
  await dashboard.goto(`${service.url}/login`);
  await dashboard.getByRole('link', { name: 'Forgot your password?' }).click();
  await expect(heading(dashboard, 'A new password')).toBeVisible();
  await expectAccessible(dashboard, 'asking for a link');
  await dashboard.getByLabel('Email').fill('anybody@example.com');
  await dashboard.getByRole('button', { name: 'Mail me a link' }).click();
  await expect(dashboard.getByText('zipchat operator set')).toBeVisible();
  await expectAccessible(dashboard, 'without a mail server');
  await dashboard.goto(`${service.url}/password#nonsense`);
  await dashboard.getByLabel('New password').fill('a long enough password');
  await dashboard.getByRole('button', { name: 'Change the password' }).click();
  await expect(dashboard.getByText('This link was used')).toBeVisible();
});

test('a chat is made in the dashboard, step by step to its tag, and renamed', async ({
  browser,
}) => {
  const service = await Service.start();
  const operator = { email: 'first@example.com', password: 'a-long-password-of-the-first' };
  await service.addOperator(operator, 'owner');
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, service.url, operator.email, operator.password);
  await expect(heading(page, 'No chat yet')).toBeVisible();
  await expectAccessible(page, 'no chat');
  await page.getByRole('link', { name: 'Make the first one' }).click();
  await expect(heading(page, 'New chat')).toBeFocused();
  await expectAccessible(page, 'a new chat');
  await page.getByLabel('What your shop is called').fill('Tea shop');
  await page.getByLabel('WooCommerce').check();
  await page.getByRole('button', { name: 'Make the chat' }).click();
  await expect(page).toHaveURL(/\/chats\/chat_\w+\/integrations$/);
  await expect(heading(page, 'Install the chat')).toBeVisible();
  await page.goto(service.url);
  await page.getByRole('button', { name: 'Rename Tea shop' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Coffee shop');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('link', { name: 'Coffee shop', exact: true })).toBeVisible();
  await context.close();
  expect(await service.end()).toEqual([]);
});
