import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** No rule of axe is broken, its best practices included, shadow roots too. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  await settled(page);
  // Nothing here has frames, so the second tab that axe would open to join their results is spared.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target).join(' | ')}`,
  );
  expect(found, state).toEqual([]);
}

/** Colours that are on their way from one to another have contrasts of their own. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const roots = [document, document.getElementById('zipchat-shadow-host')?.shadowRoot];
    const finite = roots
      .flatMap((root) => root?.getAnimations() ?? [])
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(finite.map(({ finished }) => finished));
  });
}
