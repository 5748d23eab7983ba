// Measures the widget in a shop's page, in Chromium with a throttled connection: a part of `cargo xtask bench`, which
// starts the service. Prints a table in Markdown, and in the last line all figures as JSON.
//
// From the environment: PAGE_SERVICE, its address; PAGE_CHAT, a chat's widget token; PAGE_TOKENS, tokens of as many
// customers, separated by spaces, four for each round; CHROMIUM, the browser.
import { createServer } from 'node:http';
import { chromium } from '@playwright/test';
import { bytesOf, followWire, isQuiet, onWire } from './wire.mjs';

/** How the connection and the processor are slowed. CDP delays each answer by `latency`, but no connection's setup. */
const PROFILES = [
  { name: 'slow 4G', latency: 150, down: 1_600, up: 750, slowdown: 4 },
  { name: 'unthrottled', latency: 0, down: 0, up: 0, slowdown: 1 },
];
/** A page is quiet when nothing was on its way for so long. */
const QUIET_MS = 300;
const PATIENCE_MS = 30_000;
/** Rounds that do not count: the service and the browser have their first time, too. */
const WARM_UP = 1;
/** In each round, for each profile: one who clicks at once, and one whose pointer comes near first. */
const VISITORS = 2;

/** The same page without the tag, for what the page itself costs. */
const BARE = '/bare';

const FIRST = 'first visit';
const NEXT = 'next page';
/** What is timed, in the order in which it happens. */
const TIMES = {
  ready: 'navigation to ready',
  readyAfterByte: 'page’s first byte to ready',
  identify: 'identify to its answer',
  open: 'click to typing',
  openNear: 'click to typing, after a hover',
};
/** What is counted, likewise. */
const STEPS = { ready: 'until ready', identify: 'identify', open: 'opening the chat' };

/** What stands in every page before anything else: it notes when things happen. */
function observe() {
  // This runs when the page begins: its first bytes have come.
  const seen = { byte: performance.now(), ready: 0, clicked: 0, typing: 0, tasks: [], scripts: [] };
  window.seen = seen;
  addEventListener('zipchat:ready-to-identify', () => {
    seen.ready ||= performance.now();
  });
  addEventListener(
    'click',
    (event) => {
      seen.clicked = event.timeStamp;
    },
    true,
  );
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
  // Tells whose scripts a long frame ran.
  new PerformanceObserver((list) => {
    for (const { startTime, duration, sourceURL } of list
      .getEntries()
      .flatMap(({ scripts }) => scripts)) {
      if (sourceURL.includes('/widget/')) seen.scripts.push([startTime, duration]);
    }
  }).observe({ type: 'long-animation-frame', buffered: true });
}

/** A shop's page with the tag, and nothing else that takes time. */
async function openShop(service, chat) {
  const tag = `<script src="${service}/widget/zipchat.js?id=${chat}" data-no-optimize="1" async crossorigin="anonymous"></script>`;
  const server = createServer(({ url }, response) => {
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>${url === BARE ? '' : tag}<h1>Shop</h1><p>Tea.</p></html>`;
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  return { server, address: `http://localhost:${server.address().port}` };
}

async function until(what, holds) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`this did not happen: ${what}`);
    await new Promise((go) => setTimeout(go, 20));
  }
}

async function quiet(wire) {
  let since = Date.now();
  let calls = -1;
  await until('the page becomes quiet', () => {
    if (wire.calls.length !== calls || !isQuiet(wire.calls)) {
      calls = wire.calls.length;
      since = Date.now();
    }
    return Date.now() - since > QUIET_MS;
  });
}

/** A new page of a visitor, slowed and observed. */
async function newPage(context, { service, profile }) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript(observe);
  const wire = await followWire(page, service);
  const { latency, down, up, slowdown } = profile;
  await wire.session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency,
    downloadThroughput: down ? (down * 1_000) / 8 : -1,
    uploadThroughput: up ? (up * 1_000) / 8 : -1,
  });
  await wire.session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return { page, wire };
}

/** The longest of `spans` that began within a time. */
function longest(spans, from = 0, to = Infinity) {
  const within = spans.filter(([start]) => start >= from && start < to);
  return Math.max(0, ...within.map(([, duration]) => duration));
}

/** The longest task of the page without the tag. */
async function visitBare(context, where) {
  const { page, wire } = await newPage(context, where);
  await page.goto(where.shop + BARE);
  await quiet(wire);
  const { tasks } = await page.evaluate(() => window.seen);
  await page.close();
  return longest(tasks);
}

/** One page of a visitor, from its address to a chat that can be typed in. */
async function visit(context, where) {
  const { shop, token, isFirst, isNear } = where;
  const { page, wire } = await newPage(context, where);
  const amounts = {};
  let counted = 0;
  const count = async (step) => {
    await quiet(wire);
    const calls = wire.calls.slice(counted);
    counted += calls.length;
    amounts[step] = { requests: onWire(calls).length, bytes: bytesOf(calls) };
  };

  // Asking the page all the time whether it is ready yet would take its processor's time.
  await page.goto(`${shop}/`);
  await count('ready');
  await page.waitForFunction(() => window.seen.ready);
  const called = await page.evaluate(async (jwt) => {
    const began = performance.now();
    const { status } = await window.Zipchat.identify(jwt);
    return { began, took: performance.now() - began, status };
  }, token);
  const expected = isFirst ? 'identified' : 'cached';
  if (called.status !== expected) throw new Error(`identify: ${called.status}, not ${expected}`);
  await count('identify');

  const host = page.locator('#zipchat-shadow-host');
  // Where the focus goes within the widget is not told outside of it.
  await host.evaluate(({ shadowRoot }) => {
    shadowRoot.addEventListener('focusin', ({ target }) => {
      if (target.localName !== 'textarea') return;
      // The cursor can be seen when the next frame is drawn.
      requestAnimationFrame(() => {
        window.seen.typing ||= performance.now();
      });
    });
  });
  const button = host.locator('#widget-chat-button');
  if (isNear) {
    await button.hover();
    await quiet(wire);
    await button.click();
  } else {
    // Without a pointer that comes near, whose coming would fetch the code.
    await button.evaluate((element) => element.click());
  }
  await page.waitForFunction(() => window.seen.typing, null, { polling: 100 });
  await count('open');
  await page.keyboard.type('Hi');
  if ((await host.locator('textarea').inputValue()) !== 'Hi') {
    throw new Error('the chat cannot be typed in');
  }

  const seen = await page.evaluate(() => window.seen);
  await page.close();
  const { began } = called;
  const steps = { ready: [0, began], identify: [began, seen.clicked], open: [seen.clicked] };
  const each = (spans) => {
    const lengths = Object.entries(steps).map(([step, span]) => [step, longest(spans, ...span)]);
    return Object.fromEntries(lengths);
  };
  const times = {
    ready: seen.ready,
    readyAfterByte: seen.ready - seen.byte,
    identify: called.took,
    [isNear ? 'openNear' : 'open']: seen.typing - seen.clicked,
  };
  return { times, amounts, tasks: each(seen.tasks), scripts: each(seen.scripts) };
}

const spread = (figures) => {
  const sorted = [...figures].sort((a, b) => a - b);
  const last = sorted.length - 1;
  return { median: sorted[last >> 1], min: sorted[0], max: sorted[last] };
};

function span(figures, decimals = 0) {
  const { median, min, max } = spread(figures);
  const text = (figure) => figure.toFixed(decimals);
  return min === max ? text(median) : `${text(median)} (${text(min)}–${text(max)})`;
}

/** In Markdown, all columns but the first to the right. */
function table([headings, ...rows]) {
  const all = [headings, ...rows];
  const widths = headings.map((_, at) => Math.max(3, ...all.map((row) => row[at].length)));
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  const padded = (row) =>
    line(row.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))));
  const rule = line(widths.map((width, at) => '-'.repeat(width - 1) + (at ? ':' : '-')));
  return padded(headings) + rule + rows.map(padded).join('');
}

/** Visits of one visitor who was never here: nothing cached, nothing stored. */
async function visits(browser, where, isNear) {
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ locale: 'en-GB', viewport });
  const first = await visit(context, { ...where, isNear, isFirst: true });
  if (isNear) {
    const bare = await visitBare(context, where);
    await context.close();
    // Its other tasks are left out: what the code fetched on hover does is done before the click.
    return { [FIRST]: { times: first.times, amounts: first.amounts, tasks: { bare } } };
  }
  const next = await visit(context, { ...where, isNear, isFirst: false });
  await context.close();
  return { [FIRST]: first, [NEXT]: next };
}

/** Of each profile, of each kind of visit, of each step: a figure a visit. */
async function measure(browser, { tokens, ...where }) {
  const figures = Object.fromEntries(
    PROFILES.map(({ name }) => [name, { [FIRST]: {}, [NEXT]: {} }]),
  );
  const unused = [...tokens];
  for (let round = 0; unused.length >= PROFILES.length * VISITORS; round++) {
    for (const profile of PROFILES) {
      for (const isNear of [false, true]) {
        const token = unused.pop();
        const seen = await visits(browser, { ...where, profile, token }, isNear);
        if (round >= WARM_UP) add(figures[profile.name], seen);
      }
    }
  }
  return figures;
}

/** Appends each figure of `seen` to the list that is at its place in `figures`. */
function add(figures, seen) {
  for (const [name, value] of Object.entries(seen)) {
    if (typeof value === 'object') {
      figures[name] ??= {};
      add(figures[name], value);
    } else {
      figures[name] ??= [];
      figures[name].push(Math.round(value * 10) / 10);
    }
  }
}

/** One table: a row a figure, a column a kind of visit. Tasks, and scripts of frames, within 50 ms count as 0. */
function report(figures) {
  const columns = Object.entries(figures).flatMap(([profile, kinds]) =>
    [FIRST, NEXT].map((kind) => [`${profile}, ${kind}`, kinds[kind]]),
  );
  const row = (words, list) => [
    words,
    ...columns.map(([, kind]) => (list(kind) ? span(list(kind)) : '')),
  ];
  const steps = (words, list) =>
    Object.entries(STEPS).map(([step, name]) =>
      row(`${name}: ${words}`, (kind) => list(kind, step)),
    );
  return table([
    ['', ...columns.map(([name]) => name)],
    ...Object.entries(TIMES).map(([step, words]) =>
      row(`${words}, ms`, ({ times }) => times[step]),
    ),
    ...steps('requests', ({ amounts }, step) => amounts[step].requests),
    ...steps('bytes', ({ amounts }, step) => amounts[step].bytes),
    ...steps('longest task over 50, ms', ({ tasks }, step) => tasks[step]),
    ...steps('our longest script in a frame over 50, ms', ({ scripts }, step) => scripts[step]),
    row('page without the tag: longest task over 50, ms', ({ tasks }) => tasks.bare),
  ]);
}

/** What is to be reached on a slow connection: the budgets of the widget, in which a connection takes its time. */
function goals(figures) {
  const [{ name, latency }] = PROFILES;
  const { [FIRST]: first, [NEXT]: next } = figures[name];
  const median = (list) => spread(list).median;
  const goal = (what, reached, at_most) => ({ what: `${name}: ${what}`, reached, at_most });
  return [
    goal('requests until ready', spread(first.amounts.ready.requests).max, 1),
    goal(
      'ms from the first byte to ready, two round trips for the connection added',
      median(first.times.readyAfterByte) + 2 * latency,
      650,
    ),
    goal(
      'ms from the first byte to ready, on the next page',
      median(next.times.readyAfterByte),
      250,
    ),
    goal('ms to identify', median(first.times.identify), 205),
    goal('ms from a click to typing', median(first.times.open), 550),
    goal('ms from a click to typing, code fetched on hover', median(first.times.openNear), 100),
    goal(
      'ms of the widget’s longest script before the chat is opened',
      Math.max(median(first.scripts.ready), median(first.scripts.identify)),
      50,
    ),
  ];
}

const { PAGE_SERVICE: service, PAGE_CHAT: chat, PAGE_TOKENS = '', CHROMIUM } = process.env;
const tokens = PAGE_TOKENS.split(' ').filter((token) => token);
const rounds = Math.floor(tokens.length / (PROFILES.length * VISITORS));
if (!service || !chat || rounds <= WARM_UP) {
  throw new Error(
    'PAGE_SERVICE, PAGE_CHAT and PAGE_TOKENS are needed, with tokens for two rounds at least',
  );
}
const { server, address: shop } = await openShop(service, chat);
const browser = await chromium.launch({
  ...(CHROMIUM ? { executablePath: CHROMIUM } : {}),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
try {
  const figures = await measure(browser, { service, shop, tokens });
  const slowed = PROFILES.map(
    ({ name, latency, down, up, slowdown }) =>
      `${name}: ${down ? `${latency} ms, ${down} kbit/s down, ${up} up` : 'as it is'}, processor ${slowdown === 1 ? 'as it is' : `${slowdown} times slower`}`,
  );
  const counted = rounds - WARM_UP;
  console.log(`${slowed.join('; ')}. Chromium ${browser.version()}, ${counted} rounds.\n`);
  console.log(report(figures));
  console.log(JSON.stringify({ goals: goals(figures), profiles: figures }));
} finally {
  await browser.close();
  server.close();
}
