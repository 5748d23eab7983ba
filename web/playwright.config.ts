import { defineConfig } from '@playwright/test';
import { browser } from './e2e/support/browser.ts';

/** Each worker has a service, a database and a shop of its own: see `e2e/support`. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  fullyParallel: true,
  // More than the two processors that are always there: a browser waits a lot.
  workers: 3,
  // A test that passes only sometimes is a failure.
  retries: 0,
  forbidOnly: process.env.CI === 'true',
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: { ...browser, screenshot: 'only-on-failure' },
});
