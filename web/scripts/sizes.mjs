// Fails when what a shop's visitors or our operators download has outgrown its budget.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const KB = 1000;

/** Gzipped bytes of all files in `folder` whose names match. */
function weigh(folder, pattern) {
  const path = join(dist, folder);
  if (!existsSync(path)) return 0;
  return readdirSync(path)
    .filter((name) => pattern.test(name))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(path, name)), { level: 9 }).length, 0);
}

/** What `dashboard/index.html` asks for at once; routes and charts come later and have room of their own. */
function weighFirstLoad(extension) {
  const page = join(dist, 'dashboard/index.html');
  if (!existsSync(page)) return 0;
  const wanted = readFileSync(page, 'utf8').matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g);
  return [...wanted]
    .map(([, file]) => file)
    .filter((file) => file.endsWith(extension))
    .reduce(
      (sum, file) =>
        sum + gzipSync(readFileSync(join(dist, 'dashboard', file)), { level: 9 }).length,
      0,
    );
}

/** The largest script that a page of the dashboard fetches beside the first load, with its name. */
function heaviestPart() {
  const folder = join(dist, 'dashboard/assets');
  if (!existsSync(folder)) return ['', 0];
  const parts = readdirSync(folder)
    .filter((name) => /\.js$/.test(name) && !/^(index|shared)-/.test(name))
    // The words of a language are no program: one file of them is fetched, once, by those who speak it.
    .filter((name) => !/^(de|ar)-/.test(name))
    .map((name) => [name, gzipSync(readFileSync(join(folder, name)), { level: 9 }).length]);
  return parts.sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
}

/** A look that a merchant may have: a colour of their own, in the other corner, a little further in. */
const LOOK =
  ':host{--accent:#0b7a53;--on:#fff;--link:#0b7a53;--sides:24px auto;--y:24px}@media(prefers-color-scheme:dark){:host{--link:#60a88f}}';
/** What such a merchant may have the chat say. */
const OWN_WORDS = {
  name: 'Example Shop',
  status: 'We answer within a minute',
  welcome: 'Welcome! Ask us about sizes, delivery or your order.',
  hint: 'Ask about products or your order',
  questions: ['Where is my order?', 'How do I send something back?', 'Which size fits me?'],
};

/** The loader as it is served: with a chat's configuration inside. */
function weighLoader() {
  const path = join(dist, 'loader.js');
  if (!existsSync(path)) return 0;
  const config = JSON.stringify({ id: 'AbCdEfGhIjKlMnOpQrSt', look: LOOK });
  const served = readFileSync(path, 'utf8').replace('__ZIPCHAT_CONFIG__', config);
  return gzipSync(served, { level: 9 }).length;
}

/** The words of the language that takes most, as the service sends them with the merchant's own. */
function weighWords(part) {
  const folder = new URL('../widget/words/', import.meta.url).pathname;
  const sizes = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const words = JSON.parse(readFileSync(join(folder, name), 'utf8'))[part];
      const said = part === 'form' ? words : { language: name.slice(0, 2), ...OWN_WORDS, words };
      return gzipSync(`export default ${JSON.stringify(said)}\n`, { level: 9 }).length;
    });
  return Math.max(...sizes);
}

const loader = weighLoader();
const words = weighWords('chat');
const chat = weigh('widget', /^chat\./) + words;
const [heaviest, heaviestBytes] = heaviestPart();
const rooms = [
  ['loader', loader, 4 * KB],
  ['chat and its words', chat, 23 * KB],
  ['loader and chat', loader + chat, 27 * KB],
  // Fetched by pages that identify, and where the merchant asks who visitors are.
  ['identity', weigh('widget', /^identity\./), 2 * KB],
  ['form', weigh('widget', /^form\./), 2 * KB],
  ['form, words', weighWords('form'), 1 * KB],
  ['dashboard, first load, JS', weighFirstLoad('.js'), 48 * KB],
  ['dashboard, first load, CSS', weighFirstLoad('.css'), 12 * KB],
  [`dashboard, ${heaviest.replace(/-[^-]*\.js$/, '')}`, heaviestBytes, 12 * KB],
];

let tooLarge = false;
for (const [name, bytes, limit] of rooms) {
  const missing = bytes === 0;
  tooLarge ||= missing || bytes > limit;
  const verdict = missing ? 'not built' : bytes > limit ? 'TOO LARGE' : 'ok';
  console.log(
    `${name.padEnd(28)} ${String(bytes).padStart(6)} of ${limit} bytes gzipped  ${verdict}`,
  );
}
process.exitCode = tooLarge ? 1 : 0;
