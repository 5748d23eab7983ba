// Fails when a package for npm is not fit to be published: what is in it, how it is described, how large it is.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { minify } from 'terser';

const WANTED = ['README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json'];
/** Minified and gzipped, without what it imports. */
const LIMITS = { web: 1200, react: 1200, vue: 1200 };

for (const [name, limit] of Object.entries(LIMITS)) {
  const folder = new URL(`../packages/${name}`, import.meta.url).pathname;
  const troubles = [];
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const files = JSON.parse(packed)[0]
    .files.map(({ path }) => path)
    .sort();
  if (files.join() !== WANTED.join()) troubles.push(`it would contain ${files.join(', ')}`);
  const { messages, pkg } = await publint({ pkgDir: folder, level: 'suggestion', strict: true });
  troubles.push(...messages.map((message) => formatMessage(message, pkg) ?? message.code));
  const { code } = await minify(readFileSync(`${folder}/dist/index.js`, 'utf8'), { module: true });
  const bytes = gzipSync(code ?? '', { level: 9 }).length;
  if (bytes > limit) troubles.push('TOO LARGE');
  const verdict = troubles.join('; ') || 'ok';
  console.log(
    `@zipchat/${name}`.padEnd(28),
    `${bytes}`.padStart(6),
    `of ${limit} bytes gzipped  ${verdict}`,
  );
  if (troubles.length) process.exitCode = 1;
}
