import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { test as base, expect, fact, heading, region } from './support/dashboard.ts';
import { freePort } from './support/programs.ts';
import { type Chat, Service } from './support/service.ts';
import { pageOf } from './support/shop.ts';
import { addIdentifyingChat } from './support/test.ts';
import { customer } from './support/tokens.ts';

/** By the stream, and not by looking again. */
const AT_ONCE = { timeout: 2_000 };

/** The shop and the receivers of these tests are on this machine. */
const test = base.extend<object, { service: Service }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
    async ({}, use) => {
      const service = await Service.start(['--allowed-private-targets', '127.0.0.0/8,::1/128']);
      await use(service);
      expect(await service.end(), 'the service logged errors').toEqual([]);
    },
    { scope: 'worker' },
  ],
});

const integrations = (chat: Chat, part = '') => `/chats/${chat.chat_id}/integrations${part}`;

const run = promisify(execFile);
const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** Runs what the screen shows, as a shop's backend would, with the line that the screen gives for its environment. */
async function runSample(code: string, environmentLine: string, who: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zipchat-sample-'));
  try {
    await symlink(MODULES, join(folder, 'node_modules'));
    await writeFile(join(folder, 'zipchat-token.mjs'), code);
    await writeFile(join(folder, '.env'), environmentLine);
    await writeFile(
      join(folder, 'main.mjs'),
      `import { zipchatToken } from './zipchat-token.mjs';\nprocess.stdout.write(zipchatToken(${JSON.stringify(who)}));\n`,
    );
    const { stdout } = await run(process.execPath, ['--env-file=.env', 'main.mjs'], {
      cwd: folder,
    });
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const step = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

const codeOf = (within: Locator, name: string) =>
  within.getByRole('region', { name, exact: true }).locator('code');

test('the guided path leads from an empty chat to the first customer by what it shows alone', async ({
  dashboard,
  browser,
  context,
  service,
  shop,
  visit,
}) => {
  test.slow();
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.url });
  const chat = await service.addChat('From nothing');
  await visit(integrations(chat));
  const [key, sign, paste, token, verified] = [
    'Get a key pair',
    'Sign a token in your backend',
    'Paste the chat into your pages',
    'Open your shop as a customer',
    'Your customer is verified',
  ].map((name) => step(dashboard, name)) as [Locator, Locator, Locator, Locator, Locator];
  await expect(key).toHaveAttribute('aria-current', 'step');
  await expectAccessible(dashboard, 'nothing is done');

  // 1. A key, kept as the line for the environment.
  await key.getByRole('button', { name: 'Activate' }).click();
  await key.getByRole('button', { name: 'Copy as environment line' }).click();
  await expect
    .poll(() => dashboard.evaluate(() => navigator.clipboard.readText()))
    .toContain('ZIPCHAT_PRIVATE_KEY=');
  const line = await dashboard.evaluate(() => navigator.clipboard.readText());
  await key.getByRole('button', { name: 'I stored it' }).click();
  await expect(key).toContainText('done');
  await expect(sign).toHaveAttribute('aria-current', 'step');

  // 2. The sample in the language of the backend; the choice is remembered.
  await sign.getByRole('tab', { name: 'Node.js' }).click();
  const sample = await codeOf(sign, 'sample for Node.js').innerText();
  expect(sample).toContain(chat.widget_token);
  expect(sample).not.toContain('YOUR_');
  await dashboard.reload();
  await expect(sign.getByRole('tab', { name: 'Node.js' })).toHaveAttribute('aria-selected', 'true');
  await expectAccessible(dashboard, 'the samples');

  // 3. What is pasted into the page. The page is opened before the backend is ready.
  const snippet = await codeOf(paste, 'sample for Any page').innerText();
  await expect(token).toContainText('No page with the chat was seen yet.');
  shop.raw(pageOf({ body: snippet }), '/');
  let signed: string | null = null;
  shop.serve('/zipchat-token', () =>
    signed
      ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: signed }) }
      : { status: 401, body: '' },
  );
  const visitor = await browser.newContext();
  const page = await visitor.newPage();
  await page.goto(shop.url);
  await expect(paste).toContainText('done', AT_ONCE);
  await expect(token).toContainText(`The chat’s script was seen on ${shop.url}`);
  await expect(token).toContainText('No page has called identify yet.');
  await expectAccessible(dashboard, 'a page was seen');

  // 4. A token that another key signed is told apart at once.
  const ada = customer('Ada');
  const who = { id: 7, email: ada.email, firstName: 'Ada', lastName: 'Lovelace', plan: 'gold' };
  signed = (await addIdentifyingChat(service, 'Another')).sign(ada);
  await page.reload();
  await expect(token).toContainText('done', AT_ONCE);
  await expect(token).toContainText('A token came and was refused.');
  await expect(sign).not.toContainText('done');

  // 5. The sample as it stands, with the key as it was copied.
  signed = await runSample(sample, line, who);
  await page.reload();
  await expect(heading(dashboard, 'It works: Ada Lovelace was identified')).toBeVisible(AT_ONCE);
  for (const done of [key, sign, paste, token, verified]) await expect(done).toContainText('done');
  await expect(fact(verified, 'Customer email')).toHaveText(ada.email);
  await expect(fact(verified, 'Customer id')).toHaveText('7');
  await expectAccessible(dashboard, 'everything is done');
  await visitor.close();

  await dashboard.reload();
  await expect(heading(dashboard, 'It works: Ada Lovelace was identified')).toBeVisible();
  await expect(sign.getByText('Show this step')).toBeVisible();
});

/** A program of the merchant's that takes events, and answers as it is told. */
class Receiver {
  readonly taken: { headers: IncomingHttpHeaders; body: string }[] = [];
  status = 200;

  private constructor(
    readonly url: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  static async start(): Promise<Receiver> {
    const port = await freePort();
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        receiver.taken.push({ headers: request.headers, body });
        response.writeHead(receiver.status).end('thank you');
      });
    });
    const receiver = new Receiver(`http://127.0.0.1:${port}/events`, server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  end(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

test('a webhook is added, tried, told of a customer, and sent to again', async ({
  dashboard,
  service,
  visit,
}) => {
  test.slow();
  const own = await addIdentifyingChat(service, 'Webhooks');
  const receiver = await Receiver.start();
  await visit(integrations(own.chat, '/webhooks'));
  await expect(heading(dashboard, 'No webhook yet')).toBeVisible();
  await expectAccessible(dashboard, 'no webhook');

  await dashboard.getByLabel('Address').fill('http://10.0.0.1/events');
  await dashboard.getByRole('button', { name: 'Add the webhook' }).click();
  await expect(dashboard.getByRole('alert').filter({ hasText: 'did not work' })).toBeVisible();
  await dashboard.getByLabel('Address').fill(receiver.url);
  await dashboard.getByRole('checkbox', { name: /A purchase is credited/ }).uncheck();
  await dashboard.getByRole('button', { name: 'Add the webhook' }).click();
  await expect(heading(dashboard, 'Secret of the webhook')).toBeFocused();
  await expect(dashboard.getByText(/^whsec_/)).toBeVisible();
  await expectAccessible(dashboard, 'the secret');
  await dashboard.getByRole('button', { name: 'I stored it' }).click();
  await expect(dashboard.getByText(/^whsec_/)).toHaveCount(0);

  const card = dashboard.getByRole('listitem', { name: receiver.url });
  await card.getByRole('button', { name: 'Send a test event' }).click();
  await expect(card.getByText('The address takes events.')).toBeVisible();
  await expect(card.getByRole('region', { name: 'Request' })).toContainText(
    'webhook-signature: v1,',
  );
  await expect(card.getByRole('region', { name: 'Response' })).toHaveText('thank you');
  expect(receiver.taken).toHaveLength(1);
  await expect(card.getByText('working')).toBeVisible();

  receiver.status = 500;
  const body = JSON.stringify({
    visitor_token: 'A'.repeat(32),
    jwt: own.sign(customer('Ada')),
  });
  await fetch(`${service.url}/widget/${own.chat.widget_token}/identify`, { method: 'POST', body });
  await expect(card.getByText('trying again').first()).toBeVisible();
  await expect(card.getByText('failing')).toBeVisible();
  // Before what takes its time: it is tried again in some seconds, and after that in a minute.
  receiver.status = 200;
  await expectAccessible(dashboard, 'a webhook that fails');
  await expect(card.locator('.delivery').filter({ hasText: 'lead.created' })).toContainText(
    'delivered',
    { timeout: 20_000 },
  );
  const before = receiver.taken.length;
  await card
    .locator('.delivery')
    .filter({ hasText: 'lead.created' })
    .getByRole('button', { name: 'Send again' })
    .click();
  await expect.poll(() => receiver.taken.length).toBeGreaterThan(before);

  await card.getByRole('button', { name: 'Pause' }).click();
  await dashboard.getByRole('dialog').getByRole('button', { name: 'Pause it' }).click();
  await expect(card.getByText('paused', { exact: true })).toBeVisible();
  await card.getByRole('button', { name: 'Go on' }).click();
  await card.getByRole('button', { name: 'Remove' }).click();
  await dashboard.getByRole('dialog').getByRole('button', { name: 'Yes, remove it' }).click();
  await expect(heading(dashboard, 'No webhook yet')).toBeVisible();
  receiver.end();
});

test('a key is made, tried and revoked in the dashboard, and its calls are listed', async ({
  dashboard,
  member,
  service,
  visit,
}) => {
  const chat = await service.addChat('Programs');
  await visit(integrations(chat, '/programs'));
  const backend = region(dashboard, 'Backend API');
  await expect(backend.getByText('not set up')).toBeVisible();
  await backend.getByLabel('Name of a new key').fill('Till');
  await backend.getByRole('button', { name: 'Make a key' }).click();
  await expect(heading(dashboard, 'New API key')).toBeFocused();
  await expectAccessible(dashboard, 'a new key');
  const key = (await backend.locator('.issued-secret').innerText()).trim();
  expect(key).toMatch(/^zc-[A-Za-z0-9]{40}$/);
  await backend.getByRole('button', { name: 'Send a test call' }).click();
  await expect(backend.getByText('It works: the service accepts this key.')).toBeVisible();
  const request = backend.getByRole('region', { name: 'Request' });
  await expect(request).toContainText('Bearer ***');
  await expect(request).not.toContainText(key);
  await expect(backend.getByRole('table')).toContainText('GET /chats');
  await expect(backend.getByText('working')).toBeVisible();
  await expectAccessible(dashboard, 'a call that was tried');
  await backend.getByRole('button', { name: 'I stored it' }).click();
  await expect(dashboard.getByText(key)).toHaveCount(0);

  await backend.getByRole('button', { name: 'Revoke Till' }).click();
  await expectAccessible(dashboard, 'the question before a key is revoked');
  await dashboard.getByRole('dialog').getByRole('button', { name: 'Yes, revoke it' }).click();
  await expect(backend.getByText('No key yet.')).toBeVisible();
  const refused = await fetch(`${service.url}/api/integrations/backend_api/v1/chats`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  expect(refused.status).toBe(401);

  for (const part of ['/programs', '/webhooks']) {
    await visit(integrations(chat, part), member);
    await expect(dashboard.getByText(/You are a member of this account/)).toBeVisible();
    await expectAccessible(dashboard, `${part} for a member`);
  }
});

test('the site is checked, and the directive that is missing is named', async ({
  dashboard,
  service,
  shop,
  visit,
}) => {
  const chat = await service.addChat('Checked');
  await visit(integrations(chat));
  const tag = await dashboard
    .getByRole('region', { name: 'install snippet' })
    .locator('code')
    .innerText();
  const address = shop
    .page({ head: tag }, '/checked', { 'Content-Security-Policy': "default-src 'self'" })
    .replace('localhost', '127.0.0.1');
  await dashboard.getByText('Check my site', { exact: true }).click();
  await dashboard.getByLabel('Address of a page of your shop').fill(address);
  await dashboard.getByRole('button', { name: 'Check my site' }).click();
  await expect(dashboard.getByText('The chat’s tag is in the page.')).toBeVisible();
  const missing = dashboard.getByRole('region', { name: 'what to add' });
  await expect(missing.first()).toContainText(`script-src ${service.url}`);
  await expect(missing.nth(1)).toContainText(`connect-src ${service.url}`);
  await expectAccessible(dashboard, 'a site that was checked');
});

test('a call of the purchase pixel is tried, and what is wrong with it is said', async ({
  dashboard,
  service,
  visit,
}, info) => {
  const chat = await service.addChat('Tried purchases');
  await visit(integrations(chat, '/purchases'));
  const call = dashboard.getByLabel('Purchase', { exact: true });
  const test = dashboard.getByRole('button', { name: 'Test this call' });
  await test.click();
  await expect(dashboard.getByText('The call is right: order 1001 of €12.50')).toBeVisible();
  await expectAccessible(dashboard, 'a call that is right');
  for (const [name, width] of [
    ['phone', 390],
    ['desktop', 1440],
  ] as const) {
    await dashboard.setViewportSize({ width, height: 900 });
    await dashboard.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
  }
  await call.fill('trackZipchatPurchase({ order_id: order.id })');
  await test.click();
  await expect(call).toHaveAttribute('aria-invalid', 'true');
  await expect(dashboard.getByText('This is no call with an object in it.')).toBeVisible();
  await call.fill("{ order_id: '7', order_total: 12, currency: 'euros', line_items: [] }");
  await call.press('Tab');
  await dashboard.keyboard.press('Enter');
  await expect(dashboard.getByText('currency must be a code of three letters')).toBeVisible();
  await expect(dashboard.getByText('The call is right')).toBeHidden();
  await expectAccessible(dashboard, 'a call that is wrong');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the parts about programs break no rule of axe and do not scroll sideways in ${colorScheme} colours`, async ({
    dashboard,
    service,
    visit,
  }) => {
    await dashboard.emulateMedia({ colorScheme });
    const chat = await service.addChat('Every part');
    for (const part of ['', '/orders', '/purchases', '/programs', '/webhooks']) {
      await visit(integrations(chat, part));
      await expect(
        dashboard.getByRole('main').getByRole('heading', { level: 2 }).first(),
      ).toBeVisible();
      for (const width of [1280, 390]) {
        await dashboard.setViewportSize({ width, height: 844 });
        await expectAccessible(dashboard, `${part} at ${width}`);
        const beyond = await dashboard.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        expect(beyond, part).toBeLessThanOrEqual(0);
      }
    }
  });
}
