/** What every page of the dashboard owes everybody: no rule of axe broken, no sideways scrolling, nothing that jumps, whichever way one reads. */

import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { expect, test } from './support/dashboard.ts';
import type { Identifying } from './support/test.ts';
import { addIdentifyingChat, tagOf } from './support/test.ts';
import { customer } from './support/tokens.ts';
import { identify, ready, Widget } from './support/widget.ts';

const WIDTHS = [390, 768, 1440] as const;

/** Pages of a chat, then those of the account. */
const PAGES = [
  'conversations',
  'contacts',
  'integrations',
  'integrations/keys',
  'integrations/recent',
  'integrations/check',
  'integrations/rollout',
  'assistant',
  'appearance',
  'settings',
  'analytics',
] as const;

const ACCOUNT = ['/', '/account/security', '/account/members', '/account/audit'] as const;

test.describe('every page', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is for everybody, in ${colorScheme} colours`, async ({ dashboard, service, visit }) => {
      test.setTimeout(240_000);
      await dashboard.emulateMedia({ colorScheme });
      const corner = await addIdentifyingChat(service, 'Every page');
      for (const page of pages(corner)) {
        await visit(page);
        await drawn(dashboard);
        await expectAccessible(dashboard, `${page} in ${colorScheme}`);
      }
    });
  }

  test('fits from phone to wide screen, and nothing jumps as it comes', async ({
    dashboard,
    service,
    shop,
    visit,
  }) => {
    test.setTimeout(240_000);
    const corner = await addIdentifyingChat(service, 'Every width');
    await talk(dashboard, shop.page({ head: tagOf(service, corner.chat) }), corner);
    await dashboard.addInitScript(watchShifts);
    for (const page of pages(corner)) {
      for (const width of WIDTHS) {
        await dashboard.setViewportSize({ width, height: 900 });
        await visit(page);
        await drawn(dashboard);
        expect.soft(await sideways(dashboard), `${page} at ${width} px`).toEqual([]);
        const { shifts, moved } = await dashboard.evaluate(shifted);
        expect.soft(shifts, `${page} at ${width} px jumps: ${moved.join(', ')}`).toBeLessThan(0.05);
      }
    }
  });

  test('can be read from right to left', async ({ dashboard, service, visit }) => {
    test.setTimeout(240_000);
    const corner = await addIdentifyingChat(service, 'Every direction');
    await dashboard.addInitScript(() => {
      // The frame of a preview has no storage, and says so.
      if (window === window.top) localStorage.setItem('zipchat_dashboard_language', 'ar');
    });
    for (const page of pages(corner)) {
      for (const width of [390, 1440]) {
        await dashboard.setViewportSize({ width, height: 900 });
        await visit(page);
        await drawn(dashboard);
        await expect(dashboard.locator('html')).toHaveAttribute('dir', 'rtl');
        expect.soft(await sideways(dashboard), `${page} at ${width} px`).toEqual([]);
      }
      await expectAccessible(dashboard, `${page} from right to left`);
    }
  });
});

function pages({ chat }: Identifying): string[] {
  return [...ACCOUNT, ...PAGES.map((page) => `/chats/${chat.chat_id}/${page}`)];
}

/** The page has its heading, and nothing that is still on its way. */
async function drawn(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await expect(page.locator('.skeleton')).toHaveCount(0);
}

/** What reaches beyond the page's edge, where nothing scrolls by itself. */
function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll('main *')]
      .filter((one) => {
        const { left, right } = one.getBoundingClientRect();
        return right > innerWidth + 1 || left < -1;
      })
      .map((one) => `${one.tagName} ${one.className}`)
      .slice(0, 5);
  });
}

interface Shift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null }[];
}

interface Watched {
  shifts: number;
  /** What was moved, for who has to mend it. */
  moved: string[];
}

function watchShifts(): void {
  const watched = window as unknown as Watched;
  watched.shifts = 0;
  watched.moved = [];
  const named = (node: Node | null) =>
    node instanceof Element ? `${node.tagName} ${node.className}` : (node?.textContent ?? 'gone');
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as Shift[]) {
      if (entry.hadRecentInput) continue;
      watched.shifts += entry.value;
      watched.moved.push(...entry.sources.map(({ node }) => named(node)));
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

function shifted(): Watched {
  const { shifts, moved } = window as unknown as Watched;
  return { shifts, moved };
}

/** A customer says something, so that the pages have something to show. */
async function talk(dashboard: Page, address: string, corner: Identifying): Promise<void> {
  const page = await dashboard.context().newPage();
  await page.goto(address);
  await ready(page);
  await identify(
    page,
    corner.sign({
      ...customer('Ada'),
      additional_attributes: { tier: 'gold', a_rather_long_name_of_an_attribute: 'x'.repeat(300) },
    }),
  );
  const widget = new Widget(page);
  await widget.open();
  await widget.ask('What can you do?');
  await page.close();
}
