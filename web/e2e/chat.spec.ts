import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { Service } from './support/service.ts';
import { addIdentifyingChat, CHAT_NAME, expect, tagOf, test } from './support/test.ts';
import { anew, customer } from './support/tokens.ts';
import { identify, ready, Widget } from './support/widget.ts';

const PHONE = { width: 375, height: 667 };
/** The narrowest window of WCAG's reflow. */
const NARROW = { width: 320, height: 640 };

/** Keeps what the answer that is being written says, each time that it says more. */
async function watchWriting(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    const root = document.getElementById('zipchat-shadow-host')?.shadowRoot;
    const look = () => {
      const text = root?.querySelector('.message.other[aria-hidden] .text')?.textContent;
      if (text && text !== seen.at(-1)) seen.push(text);
    };
    const watch = { childList: true, characterData: true, subtree: true };
    if (root) new MutationObserver(look).observe(root, watch);
    Object.assign(window, { writing: seen });
  });
  return () => page.evaluate(() => (window as unknown as { writing: string[] }).writing);
}

test.describe('a conversation', () => {
  test('greets a customer by name, writes an answer before one’s eyes, and is there after a reload', async ({
    page,
    shop,
    corner,
    tag,
    widget,
    witness,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await identify(page, corner.sign(customer('Ada')));
    await widget.open();
    await expect(widget.panel).toHaveAccessibleName(CHAT_NAME);
    await expect(widget.greeting).toHaveText('Hi Ada, how can we help?');
    await expect(widget.status).toHaveText('Signed in as Ada Example');

    const writing = await watchWriting(page);
    await widget.ask('What can you do?');
    const answer = 'Hello Ada! I am a simple assistant';
    await expect(widget.answers).toContainText([answer]);
    const steps = await writing();
    expect(steps.length).toBeGreaterThan(2);
    for (const [at, step] of steps.entries()) {
      expect(step.startsWith(steps[at - 1] ?? ''), `${step} goes on from the one before`).toBe(
        true,
      );
    }
    // Markdown became elements, not marks.
    await expect(widget.log.getByRole('listitem')).not.toHaveCount(0);

    await page.reload();
    await widget.open();
    await expect(widget.own).toHaveText(['What can you do?']);
    await expect(widget.answers).toContainText([answer]);
    expect(witness.callsTo('/messages')).toHaveLength(1);
  });

  test('tells the page what happens', async ({ page, shop, corner, tag, widget }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      for (const name of ['ready', 'open', 'close', 'identified', 'logout', 'message'] as const) {
        window.Zipchat?.on(name, () => heard.push(name));
      }
    });
    await identify(page, corner.sign(customer('Ada')));
    expect(await page.evaluate(() => window.Zipchat?.open())).toBe(true);
    await widget.ask('Hello');
    expect(await page.evaluate(() => window.Zipchat?.toggle())).toBe(false);
    await expect(widget.panel).toBeHidden();
    await page.evaluate(() => window.Zipchat?.logout());
    const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
    const messages = ['message', 'message'];
    expect(heard).toEqual(['ready', 'identified', 'open', ...messages, 'close', 'logout']);
  });

  test('counts what arrives while it is closed', async ({ page, shop, tag, widget }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await widget.say('What can you do?');
    await page.evaluate(() => window.Zipchat?.close());
    await expect(widget.bubble).toHaveAccessibleName('Open chat, 1 unread');
    await widget.open();
    await expect(widget.answers).toHaveCount(1);
    await page.evaluate(() => window.Zipchat?.close());
    await expect(widget.bubble).toHaveAccessibleName('Open chat');
  });

  test('begins anew only after a question, and is gone then', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await expect(widget.panel.getByRole('button', { name: 'New conversation' })).toBeHidden();
    await widget.ask('Hello');
    await widget.panel.getByRole('button', { name: 'New conversation' }).click();
    await widget.panel.getByRole('button', { name: 'Stay here' }).click();
    await expect(widget.own).toHaveText(['Hello']);
    await widget.startNewConversation();
    await expect(widget.own).toHaveCount(0);
    await widget.ask('Hello once more');
    await page.reload();
    await widget.open();
    await expect(widget.own).toHaveText(['Hello once more']);
  });

  test('shows what strangers write as text, markup and all', async ({
    page,
    shop,
    tag,
    widget,
    witness,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    const hostile = '<img src=x onerror="document.title=1"> [x](javascript:alert(1)) **bold**';
    await widget.ask(hostile);
    await expect(widget.own).toHaveText([hostile]);
    await page.reload();
    await widget.open();
    await expect(widget.own).toHaveText([hostile]);
    await expect(widget.log.locator('img, a')).toHaveCount(0);
    expect(await page.title()).toBe(CHAT_NAME);
    expect(witness.lines).toEqual([]);
  });

  test('takes a text of four thousand characters and no more', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await widget.input.fill('ä'.repeat(4_001));
    await expect(widget.panel.getByText('1 characters too many')).toBeVisible();
    await expect(widget.sendButton).toBeDisabled();
    await widget.input.fill('ä'.repeat(4_000));
    await widget.sendButton.click();
    await expect(widget.own).toHaveText(['ä'.repeat(4_000)]);
  });
});

test.describe('by keyboard', () => {
  test('everything can be reached, written, sent and left', async ({ page, shop, tag, widget }) => {
    await page.goto(shop.page({ head: tag }));
    await ready(page);
    await page.getByRole('link', { name: 'Tea' }).focus();
    await page.keyboard.press('Tab');
    await expect(widget.bubble).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(widget.input).toBeFocused();
    await expect(widget.bubble).toHaveAttribute('aria-expanded', 'true');

    await page.keyboard.type('One');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('Two');
    await expect(widget.input).toHaveValue('One\nTwo');
    await page.keyboard.press('Enter');
    await expect(widget.own).toHaveText([/One\s*Two/]);
    await expect(widget.answers).toHaveCount(1);
    await expect(widget.input).toBeFocused();

    // Backwards through the panel: the log, then the buttons of its header.
    await page.keyboard.press('Shift+Tab');
    await expect(widget.log).toBeFocused();
    await page.keyboard.press('Shift+Tab');
    await expect(widget.panel.getByRole('button', { name: 'Close chat' })).toBeFocused();
    await page.keyboard.press('Shift+Tab');
    await expect(widget.panel.getByRole('button', { name: 'New conversation' })).toBeFocused();

    await page.keyboard.press('Escape');
    await expect(widget.panel).toBeHidden();
    await expect(widget.bubble).toBeFocused();
    await expect(widget.bubble).toHaveAttribute('aria-expanded', 'false');
  });

  test('the close button gives the focus back to the bubble', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await widget.panel.getByRole('button', { name: 'Close chat' }).press('Enter');
    await expect(widget.panel).toBeHidden();
    await expect(widget.bubble).toBeFocused();
  });

  test('on a desktop the shop stays usable beside the chat, and its Esc is its own', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await page.evaluate(() => {
      document.addEventListener('keydown', ({ key }) => {
        document.title = key;
      });
    });
    await page.getByRole('link', { name: 'Tea' }).click();
    await expect(page).toHaveURL(/#tea$/);
    await page.keyboard.press('Escape');
    await expect(page).toHaveTitle('Escape');
    await expect(widget.panel).toBeVisible();
  });
});

test.describe('trouble on the line', () => {
  test('what is written offline waits, and is sent once when the network is back', async ({
    page,
    context,
    shop,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await widget.ask('Hello');
    await context.setOffline(true);
    await expect(widget.notice).toHaveText('You are offline. Messages are sent when you are back.');
    await widget.input.fill('Written in a tunnel');
    await widget.input.press('Enter');
    await widget.input.fill('And so was this');
    await widget.input.press('Enter');
    await expect(widget.outgoing).toHaveText(['Written in a tunnel', 'And so was this']);
    await expect(widget.log.getByText('Not sent yet.').first()).toBeVisible();

    await context.setOffline(false);
    await expect(widget.own).toHaveText(['Hello', 'Written in a tunnel', 'And so was this']);
    await expect(widget.outgoing).toHaveCount(0);
    await expect(widget.notice).toHaveCount(0);
    await page.reload();
    await widget.open();
    await expect(widget.own).toHaveText(['Hello', 'Written in a tunnel', 'And so was this']);
  });

  test('a message whose answer was lost is sent again and arrives once', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await page.route('**/messages', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await widget.input.fill('Sent twice');
    await widget.input.press('Enter');
    await expect(widget.own).toHaveText(['Sent twice']);
    await page.unroute('**/messages');
    await widget.ask('Sent once', 2);
    await page.reload();
    await widget.open();
    await expect(widget.own).toHaveText(['Sent twice', 'Sent once']);
  });

  test('a service that restarts in the middle of an answer loses nothing and doubles nothing', async ({
    page,
    shop,
    widget,
  }) => {
    const service = await Service.start();
    try {
      const chat = await service.addChat('Restarting Shop');
      await page.goto(shop.page({ head: tagOf(service, chat) }));
      await widget.open();
      await widget.say('What can you do?');
      await expect(widget.log.locator('.message.other').first()).toBeVisible();
      await service.stop();
      await widget.input.fill('Are you there?');
      await widget.input.press('Enter');
      await expect(widget.outgoing).toHaveText(['Are you there?']);
      await service.begin();
      await expect(widget.own).toHaveText(['What can you do?', 'Are you there?']);
      await expect(widget.answers).toHaveCount(2);
      await expect(widget.notice).toHaveCount(0);

      await page.reload();
      await widget.open();
      await expect(widget.own).toHaveText(['What can you do?', 'Are you there?']);
      await expect(widget.answers).toHaveCount(2);
    } finally {
      expect(await service.end()).toEqual([]);
    }
  });

  test('a conversation that cannot be read now says so and can be asked for again', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    await page.route('**/conversation', (route) => route.fulfill({ status: 503, json: {} }));
    await page.goto(shop.page({ head: tag }));
    await widget.bubble.click();
    await expect(widget.notice).toContainText('The conversation could not be loaded.');
    await page.unroute('**/conversation');
    await widget.panel.getByRole('button', { name: 'Try again' }).click();
    await expect(widget.greeting).toHaveText('Hi, how can we help?');
    await expect(widget.notice).toHaveCount(0);
  });
});

test.describe('on a phone', () => {
  test.use({ viewport: PHONE, hasTouch: true, isMobile: true });

  test('the chat takes the screen, keeps the focus, and leaves again', async ({
    page,
    shop,
    tag,
    widget,
  }) => {
    await page.goto(shop.page({ head: tag }));
    await widget.bubble.tap();
    await expect(widget.greeting).toBeVisible();
    await expect
      .poll(() => widget.panel.boundingBox())
      .toEqual({ x: 0, y: 0, width: PHONE.width, height: PHONE.height });
    await widget.ask('Hello');
    // Modal: the shop behind it cannot be reached.
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press('Tab');
      await expect(page.getByRole('link', { name: 'Tea' })).not.toBeFocused();
    }
    await widget.panel.getByRole('button', { name: 'Close chat' }).tap();
    await expect(widget.panel).toBeHidden();
    await expect(widget.bubble).toBeInViewport({ ratio: 1 });
  });
});

test.describe('appearance', () => {
  test('follows the system between light and dark', async ({ page, shop, tag, widget }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(shop.page({ head: tag }));
    await widget.open();
    await expect(widget.panel).toHaveCSS('background-color', 'rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(widget.panel).toHaveCSS('background-color', 'rgb(23, 26, 39)');
    await expect(widget.panel).toHaveCSS('color', 'rgb(236, 238, 247)');
  });

  test('shifts nothing in the page', async ({ page, shop, tag, widget }) => {
    await page.goto(shop.page({ head: tag }));
    const before = await page.getByRole('main').boundingBox();
    await widget.open();
    expect(await page.getByRole('main').boundingBox()).toEqual(before);
    const shifts = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().length)).observe({
            type: 'layout-shift',
            buffered: true,
          });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(0)));
        }),
    );
    expect(shifts).toBe(0);
  });

  test('runs from right to left on a page that does', async ({ page, shop, tag, widget }) => {
    await page.goto(shop.page({ head: tag }));
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl';
    });
    await widget.open();
    const panel = await widget.panel.boundingBox();
    expect(panel?.x).toBe(20);
  });
});

test.describe('accessibility', () => {
  for (const viewport of [NARROW, { width: 1280, height: 800 }]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`no rule of axe is broken at ${viewport.width} pixels in ${colorScheme} colours`, async ({
        page,
        shop,
        corner,
        tag,
      }) => {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await page.goto(shop.page({ head: tag }));
        await ready(page);
        await identify(page, corner.sign(customer('Ada')));
        await axeWalk(page);
      });
    }
  }
});

/** Every state that a visitor can bring the widget into. */
async function axeWalk(page: Page): Promise<void> {
  const widget = new Widget(page);
  await expectAccessible(page, 'closed');
  await widget.open();
  await expectAccessible(page, 'open and empty');
  await widget.ask('What can you do?');
  await expectAccessible(page, 'with messages');
  await widget.panel.getByRole('button', { name: 'New conversation' }).click();
  await expectAccessible(page, 'asking before a new conversation');
  await widget.panel.getByRole('button', { name: 'Stay here' }).click();

  await page.context().setOffline(true);
  await widget.input.fill('Not sent');
  await widget.input.press('Enter');
  await expect(widget.log.getByText('Not sent yet.')).toBeVisible();
  await expectAccessible(page, 'offline, with a message that was not sent');
  await page.context().setOffline(false);
  await expect(widget.answers).toHaveCount(2);

  await widget.input.fill('a'.repeat(4_001));
  await expectAccessible(page, 'with a text that is too long');
  // Nothing is cut off or to be scrolled sideways.
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
}

test.describe('a verified customer’s history', () => {
  test('is listed and read without a rule of axe being broken', async ({
    page,
    shop,
    service,
    widget,
  }) => {
    const own = await addIdentifyingChat(service, 'History Shop');
    const ada = customer('Ada');
    await page.goto(shop.page({ head: tagOf(service, own.chat) }));
    await ready(page);
    await identify(page, own.sign(anew(ada)));
    await widget.open();
    await widget.ask('The first conversation');
    await widget.startNewConversation();
    await expect(widget.own).toHaveCount(0);
    await identify(page, own.sign(anew(ada)));
    await widget.panel.getByRole('button', { name: 'Earlier conversations' }).click();
    await expect(widget.panel.getByRole('listitem')).toHaveCount(1);
    await expectAccessible(page, 'the list of conversations');
    await widget.panel.getByRole('listitem').getByRole('button').click();
    await expect(widget.own).toHaveText(['The first conversation']);
    await expectAccessible(page, 'an earlier conversation');
    await widget.panel.getByRole('button', { name: 'Back' }).click();
    await widget.panel.getByRole('button', { name: 'Back' }).click();
    await expect(widget.input).toBeVisible();
  });
});
