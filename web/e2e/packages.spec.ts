/** The packages for npm, built into a shop and used in a real browser. */

import { build } from 'vite';
import { addIdentifyingChat, expect, test } from './support/test.ts';
import { customer } from './support/tokens.ts';

/** The shop's script as its developer's own tools would make it. */
async function bundled(name: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: `e2e/packages/${name}.ts`, formats: ['es'], fileName: name },
    },
  });
  const [first] = Array.isArray(made) ? made : [made];
  if (!first || !('output' in first)) throw new Error('nothing was built');
  return first.output[0].code;
}

for (const name of ['plain', 'react', 'vue']) {
  test(`a shop in ${name} has its customers come and go`, async ({
    page,
    service,
    shop,
    witness,
    widget,
  }) => {
    const { chat, sign } = await addIdentifyingChat(service, `Built with ${name}`);
    const code = await bundled(name);
    shop.serve('/shop.js', () => ({
      headers: { 'Content-Type': 'text/javascript' },
      body: code,
    }));
    for (const who of ['Ada', 'Ben'])
      shop.serve(`/token/${who}`, () => ({ body: sign(customer(who)) }));
    await page.goto(
      shop.raw(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<body data-host="${service.url}" data-id="${chat.widget_token}"><div id="shop"></div>
<script type="module" src="/shop.js"></script></body></html>`),
    );
    await page.getByRole('button', { name: 'Help' }).click();
    await expect(widget.status).toHaveText('Ask us anything');
    await page.getByRole('button', { name: 'Sign in Ada' }).click();
    await expect(widget.status).toContainText('Signed in as Ada');
    await page.getByRole('button', { name: 'Sign in Ben' }).click();
    await expect(widget.status).toContainText('Signed in as Ben');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(widget.status).toHaveText('Ask us anything');
    expect(witness.identifyCalls).toHaveLength(2);
  });
}
