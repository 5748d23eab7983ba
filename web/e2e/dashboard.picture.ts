/** The dashboard's pages as merchants see them: all of them to look at, and those that the documents show. */

import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import { Demo } from './support/demo.ts';
import { test } from './support/test.ts';

const ALL = fileURLToPath(new URL('../test-results/pictures', import.meta.url));
const DOCS = fileURLToPath(new URL('../../docs/images', import.meta.url));
const WIDTHS = [390, 768, 1440] as const;

/** By the name of the picture, the path within the chat, or from the root. */
const PAGES: Readonly<Record<string, string>> = {
  chats: '/',
  conversations: 'conversations',
  contacts: 'contacts',
  integrations: 'integrations',
  keys: 'integrations/keys',
  recent: 'integrations/recent',
  assistant: 'assistant',
  appearance: 'appearance',
  settings: 'settings',
  analytics: 'analytics',
  security: '/account/security',
  members: '/account/members',
  audit: '/account/audit',
};
const IN_DOCS = ['conversations', 'integrations', 'analytics'];

test('the pages of the dashboard', async ({ page, context, widget }) => {
  test.setTimeout(300_000);
  const demo = await Demo.start();
  try {
    await talk(page, demo, widget);
    const { data } = await signIn(page, demo);
    const base = `${demo.dashboard}/chats/${data.chats[0].id}/`;
    await mkdir(ALL, { recursive: true });
    const dashboard = await context.newPage();
    for (const colorScheme of ['light', 'dark'] as const) {
      await dashboard.emulateMedia({ colorScheme });
      for (const width of WIDTHS) {
        await dashboard.setViewportSize({ width, height: width < 500 ? 844 : 900 });
        for (const [name, path] of Object.entries(PAGES)) {
          await dashboard.goto(path.startsWith('/') ? demo.dashboard + path : base + path);
          await expect(dashboard.getByRole('heading', { level: 1 }).first()).toBeVisible();
          await expect(dashboard.locator('.skeleton')).toHaveCount(0);
          if (name === 'conversations' && width > 1000) {
            await dashboard.locator('main a[href*="/conversations/conv_"]').first().click();
            await expect(dashboard.getByRole('article').first()).toBeVisible();
          }
          const file = `${ALL}/${name}-${width}-${colorScheme}.png`;
          await dashboard.screenshot({ path: file, animations: 'disabled' });
          if (IN_DOCS.includes(name) && width === 1440 && colorScheme === 'light') {
            await copyFile(file, `${DOCS}/dashboard-${name}.png`);
          }
        }
      }
    }
  } finally {
    await demo.end();
  }
});

async function signIn(page: Page, demo: Demo) {
  const post = { data: demo.operator };
  expect((await page.request.post(`${demo.dashboard}/api/v1/session`, post)).ok()).toBe(true);
  const chats = await page.request.get(`${demo.dashboard}/api/v1/chats`);
  return { data: await chats.json() };
}

/** A customer is greeted, and asks where an order is. */
async function talk(
  page: Page,
  demo: Demo,
  widget: { open(): Promise<void>; ask(text: string): Promise<void> },
): Promise<void> {
  for (const name of ['Maya Lindqvist', 'Tom']) {
    await page.goto(`${demo.shop}/sign-in`);
    await page.getByRole('button', { name }).first().click();
    await expect(page.getByText(/^Hello, /)).toBeVisible();
    await widget.open();
    await widget.ask('Hello! Where is my order?');
  }
}
