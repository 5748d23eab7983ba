/** What a page did, as somebody with the developer tools open would see it. */

import type { Page, Request } from '@playwright/test';

declare global {
  interface Window {
    /** How often the page was told that it may identify. */
    readyEvents: number;
    /** What a policy of the page has forbidden. */
    violations: string[];
  }
}

export const SUCCESS = 'Customer identified successfully';
export const FAILURE = 'Error identifying customer: ';
export const INVALID = 'Zipchat.identify: JWT must be a non-empty string';
export const NOT_READY =
  'Zipchat.identify: Not ready to identify. Wait for "zipchat:ready-to-identify" event or check Zipchat.isReadyToIdentify()';

export interface Line {
  type: string;
  text: string;
}

export class Witness {
  /** The console, without what the browser itself says about calls that failed. */
  readonly lines: Line[] = [];
  /** Exceptions that nobody caught. */
  readonly exceptions: string[] = [];
  readonly requests: Request[] = [];

  private constructor(readonly page: Page) {}

  static async of(page: Page): Promise<Witness> {
    const witness = new Witness(page);
    page.on('console', (message) => {
      const line = { type: message.type(), text: message.text() };
      if (!line.text.startsWith('Failed to load resource')) witness.lines.push(line);
    });
    page.on('pageerror', (error) => witness.exceptions.push(String(error)));
    page.on('request', (request) => witness.requests.push(request));
    await page.addInitScript(() => {
      window.readyEvents = 0;
      window.violations = [];
      window.addEventListener('zipchat:ready-to-identify', () => {
        window.readyEvents += 1;
      });
      window.addEventListener('securitypolicyviolation', (event) => {
        window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    return witness;
  }

  /** The console's texts. */
  get texts(): string[] {
    return this.lines.map(({ text }) => text);
  }

  get identifyCalls(): Request[] {
    return this.callsTo('/identify');
  }

  /** Calls of the service, preflights left out, whose path ends so. */
  callsTo(end: string): Request[] {
    return this.requests.filter(
      (request) => request.method() !== 'OPTIONS' && new URL(request.url()).pathname.endsWith(end),
    );
  }

  /** Everything that went to `origin`. */
  requestsTo(origin: string): Request[] {
    return this.requests.filter((request) => new URL(request.url()).origin === origin);
  }

  readyEvents(): Promise<number> {
    return this.page.evaluate(() => window.readyEvents);
  }

  violations(): Promise<string[]> {
    return this.page.evaluate(() => window.violations);
  }
}
