/** A model answers: what the merchant sets in the dashboard reaches it, and of what it says only what may be shown reaches a page. */

import { expectAccessible } from './support/axe.ts';
import { test as base, expect, region } from './support/dashboard.ts';
import { Model } from './support/model.ts';
import { Service } from './support/service.ts';
import { addIdentifyingChat, tagOf } from './support/test.ts';
import { customer } from './support/tokens.ts';
import { identify, ready, Widget } from './support/widget.ts';

const test = base.extend<object, { model: Model }>({
  model: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
    async ({}, use) => {
      const model = await Model.start();
      await use(model);
      await model.end();
    },
    { scope: 'worker' },
  ],
  service: [
    async ({ model }, use) => {
      const service = await Service.start(model.flags);
      await use(service);
      await service.end();
    },
    { scope: 'worker' },
  ],
});

test('is told what the merchant writes, and links only where it may', async ({
  dashboard,
  browser,
  service,
  model,
  shop,
  visit,
  owner,
}) => {
  const { chat, sign } = await addIdentifyingChat(service, 'Models');
  await visit(`/chats/${chat.chat_id}/assistant`, owner);
  await expect(region(dashboard, 'Who answers')).toContainText('Nobody has asked');
  await dashboard.getByLabel('Instructions').fill('Sell tea.');
  await expect(dashboard.getByText('9 of 8,000 characters')).toBeVisible();
  await dashboard.getByLabel('Visible attributes').fill('tier');
  await dashboard.getByLabel('Visible attributes').press('Enter');
  await dashboard.getByLabel('Allowed links').fill('https://help.example/returns');
  await dashboard.getByRole('button', { name: /^Save/ }).click();
  await expect(dashboard.getByLabel('Allowed links')).toHaveValue('help.example');
  await expectAccessible(dashboard, 'the assistant page');

  const elsewhere = await browser.newContext();
  const page = await elsewhere.newPage();
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  const additional_attributes = { tier: 'gold', ssn: '078-05-1120' };
  await identify(page, sign({ ...customer('Ada'), additional_attributes }));
  const widget = new Widget(page);
  await widget.open();
  model.pieces = [
    'See [our help](https://help.exam',
    'ple/returns) or [pay](https://ev',
    'il.example).',
  ];
  await widget.ask('May I return it?');
  await expect(widget.answers.last()).toHaveText('See our help or pay.');
  await expect(widget.answers.last().getByRole('link')).toHaveCount(1);
  const told = model.asked.at(-1) ?? '';
  expect(told).toContain('Sell tea.');
  expect(told).toContain('gold');
  expect(told).not.toContain('078-05-1120');

  await dashboard.reload();
  await expect(region(dashboard, 'Who answers')).toContainText('The model answers.');
  model.pieces = null;
  await widget.say('And now?');
  await expect(widget.log).toContainText('Try again');
  await dashboard.reload();
  await expect(region(dashboard, 'Who answers')).toContainText('The model refuses the key (401).');
  model.pieces = ['Here I am.'];
  await widget.log.getByRole('button', { name: 'Try again' }).click();
  await expect(widget.answers.last()).toHaveText('Here I am.');
  await elsewhere.close();
});

test('is tried as a customer, with what is not saved, and nothing is kept', async ({
  dashboard,
  service,
  model,
  shop,
  browser,
  visit,
}, info) => {
  const { chat, sign } = await addIdentifyingChat(service, 'Trials');
  const ada = customer('Ada');
  const elsewhere = await browser.newContext();
  const page = await elsewhere.newPage();
  await page.goto(shop.page({ head: tagOf(service, chat) }));
  await ready(page);
  await identify(page, sign(ada));
  await elsewhere.close();

  await visit(`/chats/${chat.chat_id}/assistant`);
  const trial = region(dashboard, 'Try it');
  model.pieces = ['We sell **tea**.'];
  await trial.getByLabel('Your question').fill('What do you sell?');
  await trial.getByLabel('Your question').press('Enter');
  await expect(trial.locator('.of-assistant')).toHaveText(/We sell tea\./);
  await expect(trial.locator('.of-assistant strong')).toHaveText('tea');
  expect(model.asked.at(-1)).toContain('\\"verified\\":false');

  await dashboard.getByLabel('Instructions').fill('Sell coffee.');
  await expect(trial.getByLabel('With the changes above that are not saved yet')).toBeChecked();
  await trial.getByLabel('a customer who is signed in').check();
  await trial.getByLabel('Customer', { exact: true }).fill(ada.email);
  await trial.getByRole('button', { name: new RegExp(ada.email) }).click();
  await expectAccessible(dashboard, 'a customer is chosen');
  await trial.getByLabel('Your question').fill('And now?');
  await trial.getByRole('button', { name: 'Ask' }).click();
  await expect(trial.locator('.of-assistant')).toHaveCount(1);
  await expect(trial.locator('.of-assistant')).toContainText('We sell tea.');
  const told = model.asked.at(-1) ?? '';
  expect(told).toContain('Sell coffee.');
  expect(told).toContain('\\"verified\\":true');
  model.pieces = null;
  await trial.getByLabel('Your question').fill('Still there?');
  await trial.getByRole('button', { name: 'Ask' }).click();
  await expect(trial.getByText(/^No answer: .*401/)).toBeVisible();
  await expectAccessible(dashboard, 'an answer that failed');
  await dashboard.screenshot({ path: info.outputPath('trial.png'), fullPage: true });
  model.pieces = ['Hello.'];

  await visit(`/chats/${chat.chat_id}/conversations`);
  await expect(dashboard.getByRole('article')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page is accessible in ${colorScheme} colours, on a phone too`, async ({
    dashboard,
    service,
    visit,
    member,
  }) => {
    const chat = await service.addChat('Colours');
    await dashboard.emulateMedia({ colorScheme });
    await dashboard.setViewportSize({ width: 375, height: 667 });
    await visit(`/chats/${chat.chat_id}/assistant`, member);
    await expect(dashboard.getByLabel('Instructions')).toBeDisabled();
    await expectAccessible(dashboard, `the assistant page in ${colorScheme}`);
    const overflow = await dashboard.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  });
}
