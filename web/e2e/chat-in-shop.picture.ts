import { fileURLToPath } from 'node:url';
import { Demo } from './support/demo.ts';
import { expect, test } from './support/test.ts';

const FILE = fileURLToPath(new URL('../../docs/images/chat-in-shop.png', import.meta.url));

test('the chat in the demo’s shop greets a signed-in customer by name', async ({
  page,
  widget,
}) => {
  const demo = await Demo.start();
  try {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${demo.shop}/sign-in`);
    await page.getByRole('button', { name: 'Maya Lindqvist' }).click();
    await expect(page.getByText('Hello, Maya')).toBeVisible();
    await widget.open();
    await expect(widget.greeting).toHaveText('Hi Maya, how can we help?');
    await widget.ask('Hello! Do you know my name?');
    // No caret, no focus ring, no button under the pointer.
    await page.evaluate(() => {
      const { activeElement } = document;
      const inside = activeElement?.shadowRoot?.activeElement;
      if (inside instanceof HTMLElement) inside.blur();
    });
    await page.mouse.move(0, 0);
    await page.screenshot({ path: FILE, animations: 'disabled' });
  } finally {
    await demo.end();
  }
});
