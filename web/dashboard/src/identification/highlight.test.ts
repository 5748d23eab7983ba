import { expect, it } from 'vitest';
import { type Family, piecesOf } from './highlight';

const shown = (code: string, family: Family) =>
  piecesOf(code, family)
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => `${kind}: ${text}`);

it('loses nothing', () => {
  const code = 'const a = "x // y"; // z\n`t`\n';
  const joined = piecesOf(code, 'slash').map(({ text }) => text);
  expect(joined.join('')).toBe(code);
});

it('tells strings from comments', () => {
  expect(shown("return 'a # b' # it's", 'hash')).toEqual([
    'word: return',
    "string: 'a # b'",
    "comment: # it's",
  ]);
  expect(shown('call("http://x"); // y', 'slash')).toEqual(['string: "http://x"', 'comment: // y']);
});

it('takes an address in a page for no comment', () => {
  expect(shown('<script src="https://x/y"></script>\n  // why', 'markup')).toEqual([
    'string: "https://x/y"',
    'comment: // why',
  ]);
});
