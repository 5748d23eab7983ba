/** The widget in its languages and looks: what a merchant sets reaches the page, in both directions, and everybody can use it. */

import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { expect, pinnedScript, tagOf, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

const QUESTIONS = ['Where is my order?', 'How do I send something back?'] as const;

/** A page in `lang`; a shop that is read from right to left says so. */
const inLanguage = (head: string, lang: string, dir = 'ltr') => `<!doctype html>
<html lang="${lang}" dir="${dir}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${head}</head>
<body><main><h1>Shop</h1></main></body></html>`;

const box = async (page: Page, selector: string) => {
  const found = await page.locator(selector).boundingBox();
  if (!found) throw new Error(`${selector} is not drawn`);
  return found;
};

for (const [lang, name, close] of [
  ['de-AT', 'Chat öffnen', 'Chat schließen'],
  ['fr', 'Ouvrir le chat', 'Fermer le chat'],
  ['es', 'Abrir el chat', 'Cerrar el chat'],
  ['it', 'Apri la chat', 'Chiudi la chat'],
  ['nl', 'Chat openen', 'Chat sluiten'],
  ['pt-BR', 'Abrir o chat', 'Fechar o chat'],
  ['pl', 'Otwórz czat', 'Zamknij czat'],
  ['tr', 'Sohbeti aç', 'Sohbeti kapat'],
  ['ar', 'فتح الدردشة', 'إغلاق الدردشة'],
  ['he', "פתיחת הצ'אט", "סגירת הצ'אט"],
  ['sv', 'Open chat', 'Close chat'],
] as const) {
  test(`speaks to a page in ${lang}`, async ({ page, shop, tag, widget }) => {
    await page.goto(shop.raw(inLanguage(tag, lang)));
    await widget.bubble.click();
    await expect(widget.bubble).toHaveAccessibleName(close);
    await expect(widget.panel.getByRole('button', { name: close })).toBeVisible();
    const inside = widget.panel.locator('.inside');
    const spoken = lang === 'sv' ? 'en' : lang.slice(0, 2);
    await expect(inside).toHaveAttribute('lang', spoken);
    await expect(inside).toHaveAttribute('dir', /ar|he/.test(spoken) ? 'rtl' : 'ltr');
    await page.keyboard.press('Escape');
    await expect(widget.bubble).toHaveAccessibleName(name);
    await expect(widget.bubble).toBeFocused();
  });
}

test('what the merchant sets is there: colours, side, texts and questions', async ({
  page,
  service,
  shop,
}) => {
  const chat = await service.addChat('Looks');
  const set = ['chat', 'set', '--chat', chat.chat_id];
  await service.command([
    ...set,
    'appearance.accent=#ffdd00',
    'appearance.side=start',
    'appearance.offset_block=60',
    'appearance.bubble_size=large',
    'appearance.icon=star',
    'appearance.title=Tea & <b>more</b>',
    'appearance.welcome=Welcome!',
    'appearance.placeholder=Ask away',
    `appearance.questions=${JSON.stringify(QUESTIONS)}`,
    'appearance.translations={"de":{"welcome":"Willkommen!"}}',
  ]);
  const widget = new Widget(page);
  // The command is a process of its own; the service follows within a second.
  await expect
    .poll(async () => {
      await page.goto(shop.page({ head: tagOf(service, chat) }));
      return widget.bubble.evaluate((bubble) => getComputedStyle(bubble).backgroundColor);
    })
    .toBe('rgb(255, 221, 0)');
  const bubble = await box(page, '#widget-chat-button');
  expect([bubble.x, bubble.width, 800 - bubble.y - bubble.height]).toEqual([20, 68, 60]);
  await widget.bubble.click();
  await expect(widget.greeting).toHaveText('Welcome!');
  await expect(widget.panel.getByRole('heading', { name: 'Tea & <b>more</b>' })).toBeVisible();
  await expect(widget.input).toHaveAttribute('placeholder', 'Ask away');
  const panel = await box(page, 'dialog.panel');
  expect(panel.x).toBe(20);
  expect(panel.y + panel.height).toBeLessThan(bubble.y);

  await widget.panel.getByRole('button', { name: QUESTIONS[0] }).click();
  await expect(widget.own).toHaveText([QUESTIONS[0]]);
  await expect(widget.input).toBeFocused();
  await expect(widget.panel.locator('.questions')).toHaveCount(0);
  const own = widget.own.first();
  expect(await own.evaluate((text) => getComputedStyle(text).color)).toBe('rgb(0, 0, 0)');
  await expect(widget.answers).toHaveCount(1);

  await page.evaluate(() => localStorage.clear());
  await page.goto(shop.raw(inLanguage(tagOf(service, chat), 'de')));
  await widget.bubble.click();
  await expect(widget.greeting).toHaveText('Willkommen!');
});

test('the pinned script has the merchant’s words too', async ({ page, service, shop, widget }) => {
  const chat = await service.addChat('Pinned');
  const address = `${await pinnedScript(service)}?id=${chat.widget_token}`;
  await page.goto(shop.page({ head: `<script src="${address}" defer></script>` }));
  await widget.open();
  await expect(widget.panel.getByRole('heading', { name: 'Pinned' })).toBeVisible();
});

for (const dir of ['ltr', 'rtl'] as const) {
  for (const width of [320, 1200]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`has no fault that axe knows: ${dir}, ${width} px, ${colorScheme}`, async ({
        page,
        context,
        service,
        shop,
        widget,
      }) => {
        const chat = await service.addChat(`Axe ${dir} ${width} ${colorScheme}`);
        await service.command([
          ...['chat', 'set', '--chat', chat.chat_id],
          'appearance.accent=#c2410c',
          `appearance.questions=${JSON.stringify(QUESTIONS)}`,
        ]);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height: 720 });
        const lang = dir === 'rtl' ? 'ar' : 'en';
        await page.goto(shop.raw(inLanguage(tagOf(service, chat), lang, dir)));
        await expectAccessible(page, 'closed');
        await widget.bubble.click();
        await expect(widget.greeting).toBeVisible();
        await expectAccessible(page, 'open');
        const sideways = await page.evaluate(
          () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
        );
        expect(sideways, 'scrolls sideways').toBe(false);
        await widget.panel.locator('textarea').fill('Hello');
        await widget.panel.locator('textarea').press('Enter');
        await expect(widget.panel.locator('.message.other .text:not(.dots)')).toBeVisible();
        await expectAccessible(page, 'with messages');
        await context.setOffline(true);
        await expect(widget.notice).toBeVisible();
        await widget.panel.locator('textarea').fill('From a tunnel');
        await widget.panel.locator('textarea').press('Enter');
        await expectAccessible(page, 'offline, with a message that waits');
        await context.setOffline(false);
      });
    }
  }
}

test('the panel of a chat in Arabic is where the bubble of an English page is', async ({
  page,
  service,
  shop,
}) => {
  const chat = await service.addChat('Fixed');
  await service.command([...['chat', 'set', '--chat', chat.chat_id], 'appearance.language=ar']);
  const widget = new Widget(page);
  await expect
    .poll(async () => {
      await page.goto(shop.page({ head: tagOf(service, chat) }));
      return widget.bubble.getAttribute('aria-label');
    })
    .toBe('فتح الدردشة');
  await widget.bubble.click();
  await expect(widget.greeting).toBeVisible();
  const bubble = await box(page, '#widget-chat-button');
  const panel = await box(page, 'dialog.panel');
  expect(panel.x + panel.width).toBeCloseTo(bubble.x + bubble.width, 0);
  const [mark, close] = [await box(page, '.mark'), await box(page, '.header .round:last-child')];
  expect(mark.x).toBeGreaterThan(close.x);
});

test('asks for one file before it is opened, and moves nothing of the page', async ({
  page,
  service,
  shop,
  tag,
  widget,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(service.url)) asked.push(new URL(request.url()).pathname);
  });
  await page.addInitScript(() => {
    const shifts: unknown[] = [];
    Object.assign(window, { shifts });
    // What follows a press at once is what the visitor wanted, and does not count.
    const unwanted = (shift: PerformanceEntry) =>
      !('hadRecentInput' in shift && shift.hadRecentInput);
    new PerformanceObserver((list) => shifts.push(...list.getEntries().filter(unwanted))).observe({
      type: 'layout-shift',
      buffered: true,
    });
  });
  await page.goto(shop.page({ head: tag }));
  await expect(widget.bubble).toBeVisible();
  await page.waitForTimeout(500);
  expect(asked).toEqual(['/widget/zipchat.js']);
  expect(await page.context().cookies()).toEqual([]);
  await widget.open();
  await widget.ask('Hello');
  const shifts = await page.evaluate(() => (window as unknown as { shifts: unknown[] }).shifts);
  expect(shifts).toEqual([]);
});

test('text of twice the size stays within the panel', async ({ page, shop, tag, widget }) => {
  await page.goto(shop.page({ head: `${tag}<style>:root { font-size: 200% }</style>` }));
  await page.setViewportSize({ width: 640, height: 720 });
  await widget.open();
  await widget.ask('A question that is long enough to need more than one line of the panel');
  const wide = await widget.panel.evaluate((panel) =>
    [panel, ...panel.querySelectorAll('*')]
      .filter((part) => part.scrollWidth > part.clientWidth + 1)
      .filter((part) => getComputedStyle(part).overflowX === 'auto')
      .map((part) => part.className),
  );
  expect(wide).toEqual([]);
  await expect(widget.input).toBeInViewport();
});
