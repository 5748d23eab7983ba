/** The dashboard as operators see it, with a service of its own. */

import type { Locator, Page } from '@playwright/test';
import type { Operator, Service } from './service.ts';
import { test as base, expect } from './test.ts';

export interface SignedIn {
  operator: Operator;
  /** Signed in once: the service counts attempts. */
  cookie: { name: string; value: string };
}

interface WorkerFixtures {
  owner: SignedIn;
  member: SignedIn;
}

interface TestFixtures {
  /** The dashboard's pages, under observation: no test may leave a word in the console. */
  dashboard: Page;
  /** Opens a page of the dashboard as an operator. */
  visit(path: string, as?: SignedIn): Promise<void>;
}

async function addSignedIn(service: Service, role: 'owner' | 'member'): Promise<SignedIn> {
  const operator = { email: `${role}@example.com`, password: `a-long-password-of-the-${role}` };
  await service.addOperator(operator, role);
  const response = await fetch(`${service.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(operator),
  });
  expect(response.status).toBe(200);
  const [name = '', value = ''] = (response.headers.get('set-cookie') ?? '').split(/[=;]/);
  return { operator, cookie: { name, value } };
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  owner: [
    async ({ service }, use) => use(await addSignedIn(service, 'owner')),
    { scope: 'worker' },
  ],
  member: [
    async ({ service }, use) => use(await addSignedIn(service, 'member')),
    { scope: 'worker' },
  ],
  dashboard: async ({ page, witness }, use) => {
    await use(page);
    expect(witness.lines, 'the console').toEqual([]);
  },
  visit: async ({ dashboard, context, service, owner }, use) => {
    await use(async (path, as = owner) => {
      await context.addCookies([{ ...as.cookie, url: service.url }]);
      await dashboard.goto(service.url + path);
    });
  },
});

export const heading = (page: Page, name: string): Locator =>
  page.getByRole('heading', { name, exact: true });

export const region = (page: Page, name: string): Locator =>
  page.getByRole('region', { name, exact: true });

/** The definition of `term`, wherever it is. */
export const fact = (page: Page | Locator, term: string): Locator =>
  page.locator(`dt:text-is("${term}") + dd`);

export { expect };
