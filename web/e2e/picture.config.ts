import { defineConfig } from '@playwright/test';
import { browser } from './support/browser.ts';

/** Takes the pictures of the documents, and one of every page to look at: `npx playwright test --config e2e/picture.config.ts`. No test does. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.picture.ts',
  outputDir: '../test-results',
  reporter: 'list',
  use: browser,
});
