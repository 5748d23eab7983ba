import type { PlaywrightTestConfig } from '@playwright/test';

/** A shop's address that is no secure context, unlike `localhost`: many small shops are read over plain http. */
export const PLAIN_HOST = 'shop.test';

/** The system's Chromium, or its headless shell, and nothing of it that would call home. */
export const browser: NonNullable<PlaywrightTestConfig['use']> = {
  browserName: 'chromium',
  viewport: { width: 1280, height: 800 },
  locale: 'en-GB',
  timezoneId: 'Europe/Amsterdam',
  launchOptions: {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      // The headless shell keeps frames of other origins in one process unless it is told: people's browsers do not.
      '--site-per-process',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
    ],
  },
};
