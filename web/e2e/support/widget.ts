/** The widget in a shop's page, as its visitors and the page's scripts use it. */

import { expect, type Locator, type Page } from '@playwright/test';

/** `identify` of the page, awaited. */
export function identify(page: Page, jwt: unknown) {
  return page.evaluate((token) => window.Zipchat?.identify(token), jwt);
}

export function logout(page: Page) {
  return page.evaluate(() => window.Zipchat?.logout());
}

/** Until the page may identify. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => window.Zipchat?.isReadyToIdentify());
}

export interface Stored {
  visitorToken: string | null;
  /** As it is written. */
  cache: string | null;
  keys: string[];
}

export function stored(page: Page): Promise<Stored> {
  return page.evaluate(() => ({
    visitorToken: localStorage.getItem('visitor_token'),
    cache: localStorage.getItem('zipchat_identified_visitor_token'),
    keys: Object.keys(localStorage).sort(),
  }));
}

export class Widget {
  readonly host: Locator;
  readonly bubble: Locator;
  readonly panel: Locator;
  readonly log: Locator;
  readonly input: Locator;
  readonly sendButton: Locator;
  readonly greeting: Locator;
  readonly status: Locator;
  /** Texts that are in the conversation. */
  readonly own: Locator;
  readonly answers: Locator;
  /** Texts that are not sent yet. */
  readonly outgoing: Locator;
  readonly notice: Locator;

  constructor(readonly page: Page) {
    this.host = page.locator('#zipchat-shadow-host');
    this.bubble = this.host.locator('#widget-chat-button');
    this.panel = this.host.getByRole('dialog');
    this.log = this.panel.getByRole('log', { name: 'Messages' });
    this.input = this.panel.getByRole('textbox', { name: 'Your message' });
    this.sendButton = this.panel.getByRole('button', { name: 'Send', exact: true });
    this.greeting = this.panel.locator('.greeting');
    this.status = this.panel.locator('.header .title p');
    this.own = this.log.locator('.message.own:not(.sending, .failed) .text');
    this.answers = this.log.locator('.message.other:not([aria-hidden]) .text:not(.dots)');
    this.outgoing = this.log.locator('.message.own:is(.sending, .failed) .text');
    this.notice = this.panel.locator('.notice');
  }

  async open(): Promise<void> {
    await this.bubble.click();
    await expect(this.greeting).toBeVisible();
  }

  /** Says something and waits until it is in the conversation. */
  async say(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press('Enter');
    await expect(this.own.filter({ hasText: text })).toBeVisible();
  }

  /** Says something and waits for the whole answer, which becomes number `answer`. */
  async ask(text: string, answer = 1): Promise<void> {
    await this.say(text);
    await expect(this.answers).toHaveCount(answer);
  }

  async startNewConversation(): Promise<void> {
    await this.panel.getByRole('button', { name: 'New conversation' }).click();
    await this.panel.getByRole('button', { name: 'Start new' }).click();
  }
}
