/** Tests with a service and a shop, one of each for a worker, and a page under observation. */

import { test as base, expect } from '@playwright/test';
import { command } from './programs.ts';
import type { Chat, IssuedKey } from './service.ts';
import { Service } from './service.ts';
import { Shop } from './shop.ts';
import { type Claims, sign } from './tokens.ts';
import { Widget } from './widget.ts';
import { Witness } from './witness.ts';

/** A chat whose customers can be identified. */
export interface Identifying {
  chat: Chat;
  key: IssuedKey;
  /** A token for an hour. */
  sign(claims: Claims): string;
}

interface WorkerFixtures {
  service: Service;
  website: Shop;
  /** Shared by the tests of a worker: they tell their customers apart by email. */
  corner: Identifying;
}

interface TestFixtures {
  /** The website, without pages. */
  shop: Shop;
  witness: Witness;
  widget: Widget;
  /** The one tag that a merchant pastes. */
  tag: string;
}

export const CHAT_NAME = 'Corner Shop';

/** The tag of `chat`, or of the same with other attributes. */
export function tagOf(service: Service, chat: Chat, attributes = 'defer'): string {
  const address = `${service.url}/widget/zipchat.js?id=${chat.widget_token}`;
  return `<script src="${address}" data-no-optimize="1" ${attributes}></script>`;
}

/** The address of the script that never changes, for merchants who want integrity hashes. */
export async function pinnedScript(service: Service): Promise<string> {
  const [, version] = (await command(['--version'])).trim().split(' ');
  return `${service.url}/widget/v/${version}/zipchat.js`;
}

export async function addIdentifyingChat(service: Service, name: string): Promise<Identifying> {
  const chat = await service.addChat(name);
  const key = await service.activate(chat);
  return { chat, key, sign: (claims) => sign(key.private_key, claims) };
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
    async ({}, use) => {
      const service = await Service.start();
      await use(service);
      expect(await service.end(), 'the service logged errors').toEqual([]);
    },
    { scope: 'worker' },
  ],
  website: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
    async ({}, use) => {
      const website = await Shop.start();
      await use(website);
      await website.end();
    },
    { scope: 'worker' },
  ],
  corner: [
    async ({ service }, use) => use(await addIdentifyingChat(service, CHAT_NAME)),
    { scope: 'worker' },
  ],
  shop: async ({ website }, use) => {
    await use(website);
    website.clear();
  },
  witness: async ({ page }, use) => {
    const witness = await Witness.of(page);
    await use(witness);
    expect(witness.exceptions, 'exceptions that nobody caught').toEqual([]);
  },
  widget: async ({ page }, use) => use(new Widget(page)),
  tag: async ({ service, corner }, use) => use(tagOf(service, corner.chat)),
});

export { expect };
