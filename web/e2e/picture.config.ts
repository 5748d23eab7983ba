import { defineConfig } from '@playwright/test';
import { browser } from './support/browser.ts';

/** Takes the README's picture: `npx playwright test --config e2e/picture.config.ts`. No test does. */
export default defineConfig({
  testDir: '.',
  testMatch: 'chat-in-shop.picture.ts',
  outputDir: '../test-results',
  reporter: 'list',
  use: browser,
});
