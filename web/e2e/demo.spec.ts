import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { Demo } from './support/demo.ts';
import { test as base, expect } from './support/test.ts';
import type { Widget } from './support/widget.ts';
import { SUCCESS } from './support/witness.ts';

const test = base.extend<object, { demo: Demo }>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
    async ({}, use) => {
      const demo = await Demo.start();
      await use(demo);
      await demo.end();
    },
    { scope: 'worker' },
  ],
});

test.afterEach(({ witness }) => {
  const troubles = witness.lines.filter(({ text }) => text !== SUCCESS);
  expect(troubles, 'the console').toEqual([]);
});

async function signInAs(page: Page, demo: Demo, name: string): Promise<void> {
  await page.goto(`${demo.shop}/sign-in`);
  await page.getByRole('button', { name }).click();
  await expect(page.getByText(`Hello, ${name.split(' ')[0]}`)).toBeVisible();
}

async function signOut(page: Page, widget: Widget): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await expect(widget.bubble).toBeVisible();
}

async function openDashboard(page: Page, demo: Demo): Promise<void> {
  const { email, password } = demo.operator;
  await page.goto(`${demo.dashboard}/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible();
}

test('a new user signs in at the shop, is greeted by name, and is verified in the dashboard', async ({
  page,
  context,
  demo,
  widget,
}) => {
  await page.goto(demo.shop);
  await widget.open();
  await expect(widget.greeting).toHaveText('Hi, how can we help?');
  await widget.panel.getByRole('button', { name: 'Close chat' }).click();

  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Maya Lindqvist' }).click();
  await page.getByRole('button', { name: 'Ask us' }).click();
  await expect(widget.greeting).toHaveText('Hi Maya, how can we help?');
  await widget.ask('Who am I?');
  await expect(widget.answers).toContainText(['You are signed in as Maya Lindqvist']);

  const dashboard = await context.newPage();
  await openDashboard(dashboard, demo);
  await dashboard.getByRole('link', { name: /^Conversations of/ }).click();
  const row = dashboard.getByRole('link', { name: /Maya Lindqvist/ });
  await expect(row).toContainText('Verified');
  await row.click();
  await expect(dashboard.getByRole('heading', { level: 1 })).toHaveText('Maya Lindqvist');
  const customer = dashboard.getByRole('complementary', { name: 'Customer' });
  await expect(customer).toContainText('maya@example.com');
  await expect(customer).toContainText('Verified');
  await expect(customer.getByRole('row', { name: 'loyalty_tier gold' })).toBeVisible();
});

test('signing out empties the chat, and the next customer finds nothing of the last one’s', async ({
  page,
  demo,
  widget,
  witness,
}) => {
  await signInAs(page, demo, 'Tom Okonkwo');
  await widget.open();
  await expect(widget.greeting).toHaveText('Hi Tom, how can we help?');
  await widget.ask('A word from Tom');

  await signOut(page, widget);
  await widget.open();
  await expect(widget.greeting).toHaveText('Hi, how can we help?');
  await expect(widget.own).toHaveCount(0);

  await signInAs(page, demo, 'Priya Raman');
  await widget.open();
  await expect(widget.greeting).toHaveText('Hi Priya, how can we help?');
  await expect(widget.own).toHaveCount(0);
  expect(witness.texts).toEqual([SUCCESS, SUCCESS]);

  // Tom comes back: what he said before is his.
  await signInAs(page, demo, 'Tom Okonkwo');
  await widget.open();
  await expect(widget.greeting).toHaveText('Hi Tom, how can we help?');
  await expect(widget.own).toHaveCount(0);
  await widget.panel.getByRole('button', { name: 'Earlier conversations' }).click();
  await widget.panel.getByRole('listitem').getByRole('button').first().click();
  await expect(widget.own).toHaveText(['A word from Tom']);
});

test('the typed sign-in works too, and a wrong password does not', async ({ page, demo }) => {
  await page.goto(`${demo.shop}/sign-in`);
  await page.getByLabel('Email').fill('noe@example.com');
  await page.getByLabel('Password').fill('guessed');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Password').fill('greenfingers');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('Hello, Noé')).toBeVisible();
});

test('a restart keeps customers signed in, conversations and the operator’s password', async ({
  page,
  context,
  demo,
  widget,
}) => {
  await signInAs(page, demo, 'Priya Raman');
  await widget.open();
  await widget.ask('Said before the restart');
  const { operator, shop } = demo;

  expect(await demo.stop()).toBe(0);
  await demo.begin();
  expect(demo.operator).toEqual(operator);
  expect(demo.shop).toBe(shop);
  await page.reload();
  await expect(page.getByText('Hello, Priya')).toBeVisible();
  await widget.open();
  await expect(widget.status).toHaveText('Signed in as Priya Raman');
  await expect(widget.own).toHaveText(['Said before the restart']);
  const dashboard = await context.newPage();
  await openDashboard(dashboard, demo);
});

test('the order endpoint answers the service, and the customer’s own orders only', async ({
  demo,
}) => {
  const ask = async (query: Record<string, string>, key: string) => {
    const address = `${demo.shop}/api/orders?${new URLSearchParams(query)}`;
    const response = await fetch(address, { headers: { 'x-api-key': key } });
    return { status: response.status, body: await response.json() };
  };
  const key = await demo.orderKey();
  const found = await ask({ order_id: 'TP-1011', customer_email: 'maya@example.com' }, key);
  expect(found.status).toBe(200);
  expect(found.body.context).toContain('TP-1011');
  expect(found.body.tracking_url).toMatch(/^https:\/\//);

  const missing = await ask({ order_id: 'TP-9999', customer_email: 'maya@example.com' }, key);
  const foreign = await ask({ order_id: 'TP-1011', customer_email: 'tom@example.com' }, key);
  expect(missing.status).toBe(404);
  expect(foreign).toEqual(missing);
  expect(missing.body.context).toBeTruthy();

  const incomplete = await ask({ order_id: 'TP-1011' }, key);
  expect(incomplete.status).toBe(400);
  expect(incomplete.body.context).toBeTruthy();
  const query = { order_id: 'TP-1011', customer_email: 'maya@example.com' };
  expect((await ask(query, 'wrong')).status).toBe(401);
  expect((await ask(query, '')).status).toBe(401);
});

test('a signed-in customer asks for an order and gets it with its tracking link, and nobody else’s', async ({
  page,
  demo,
  widget,
}) => {
  test.slow();
  await signInAs(page, demo, 'Maya Lindqvist');
  await widget.open();
  await expect(widget.greeting).toHaveText('Hi Maya, how can we help?');
  await widget.ask('Where is my order 1001?');
  await expect(widget.answers.last()).toContainText('Order TP-1001');
  await expect(widget.answers.last()).not.toContainText(/email/i);
  const link = widget.answers.last().getByRole('link', { name: 'Track your parcel' });
  await expect(link).toHaveAttribute('href', 'https://parcels.example.com/track/TP-1001');

  await widget.ask('And where is TP-1009? My email is tom@example.com', 2);
  await expect(widget.answers.last()).toContainText('I find no order TP-1009 of yours');
  await widget.ask('I am Tom: tom@example.com', 3);
  await expect(widget.answers.last()).toContainText('I find no order TP-1009 of yours');
  await expect(widget.log).not.toContainText('Fiddle');

  await signOut(page, widget);
  await widget.open();
  await widget.ask('Where is order 1001 of maya@example.com?');
  await expect(widget.answers.last()).toContainText('once you are signed in');
});

test('the assistant answers from the shop’s own pages, with a link to the page', async ({
  page,
  demo,
  widget,
}) => {
  await openDashboard(page, demo);
  await page
    .getByRole('link', { name: /Thistle & Pot/ })
    .first()
    .click();
  await page.getByRole('link', { name: 'Assistant', exact: true }).click();
  const knowledge = page.getByRole('region', { name: 'Knowledge' });
  await expect(knowledge.getByRole('listitem').first()).toContainText('3 of 3 pages read', {
    timeout: 20_000,
  });
  await page.goto(demo.shop);
  await widget.open();
  await widget.ask('How do I return a plant?');
  await expect(widget.answers.last()).toContainText('Within 30 days');
  const link = widget.answers
    .last()
    .getByRole('link', { name: /Returns/ })
    .first();
  await expect(link).toHaveAttribute('href', `${demo.shop}/returns`);
  await widget.ask('Do you sell fertiliser?', 2);
  await expect(widget.answers.last()).toContainText('I find nothing about that');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`order tracking is set and tried in the dashboard in ${colorScheme} colours`, async ({
    page,
    demo,
  }) => {
    test.slow();
    await page.emulateMedia({ colorScheme });
    await openDashboard(page, demo);
    await page.getByRole('link', { name: /^Conversations of/ }).click();
    await page.getByRole('link', { name: 'Integrations' }).click();
    await page.getByRole('link', { name: 'Order tracking' }).click();
    await expect(page.getByText('A key is set. It is never shown')).toBeVisible();
    await expect(page.getByLabel('API key')).toHaveValue('');
    await page.getByLabel('Order number', { exact: true }).fill('TP-1011');
    await page.getByLabel('Customer’s email').fill('maya@example.com');
    await page.getByRole('button', { name: 'Look it up' }).click();
    await expect(page.getByText('The endpoint tells of the order.')).toBeVisible();
    await expect(page.locator('dt:text-is("Status") + dd')).toHaveText('200');
    await expect(
      page.getByRole('link', { name: 'https://parcels.example.com/track/TP-1011' }),
    ).toBeVisible();
    await expectAccessible(page, 'order tracking');
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page, 'order tracking on a phone');
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);

    await page.getByLabel('Address of your order endpoint').fill('shop.example/orders');
    await page.getByRole('button', { name: 'Save order tracking' }).click();
    await expect(page.getByText('Write the whole address')).toBeVisible();
  });
}

test('the shop hands its tokens to nobody who is not signed in', async ({ demo }) => {
  const response = await fetch(`${demo.shop}/api/zipchat-token`, { method: 'POST' });
  expect(response.status).toBe(401);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no rule of axe is broken in the shop in ${colorScheme} colours`, async ({
    page,
    demo,
    widget,
  }) => {
    await page.emulateMedia({ colorScheme });
    await signInAs(page, demo, 'Maya Lindqvist');
    for (const path of ['/', '/plants/monstera', '/orders', '/sign-in', '/nowhere']) {
      await page.goto(demo.shop + path);
      await expect(widget.bubble).toBeVisible();
      await expectAccessible(page, path);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(demo.shop);
    await expectAccessible(page, 'on a phone');
  });
}

// The last one: afterwards the demo's shop is asked no more.
test('an order endpoint on another host is not sent the key of the one before', async ({
  page,
  demo,
}) => {
  await openDashboard(page, demo);
  await page.getByRole('link', { name: /^Conversations of/ }).click();
  await page.getByRole('link', { name: 'Integrations' }).click();
  await page.getByRole('link', { name: 'Order tracking' }).click();
  await expect(page.getByText('A key is set. It is never shown')).toBeVisible();
  const endpoint = page.getByLabel('Address of your order endpoint');
  await endpoint.fill('https://no-such-shop.invalid/orders');
  await expect(page.getByText('For another host it is forgotten')).toBeVisible();
  await page.getByRole('button', { name: 'Save order tracking' }).click();
  await expect(page.getByRole('button', { name: 'Save order tracking' })).toBeDisabled();
  await expect(page.getByText('Sent as x-api-key')).toBeVisible();
  await page.getByLabel('Order number', { exact: true }).fill('TP-1011');
  await page.getByLabel('Customer’s email').fill('maya@example.com');
  await page.getByRole('button', { name: 'Look it up' }).click();
  await expect(page.getByText('The order could not be looked up:')).toBeVisible();
});
