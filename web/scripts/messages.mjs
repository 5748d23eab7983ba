// Which texts the dashboard shows, and which of them a language lacks. `npm run messages -- de` prints what is missing as JSON to fill in.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = new URL('../dashboard/src/', import.meta.url).pathname;
/** Why a token is refused: the service says it in English, and the dashboard in its own language. */
const reasons = new URL('../../crates/domain/src/identity/reason.rs', import.meta.url).pathname;

/** `t(`, `rich(` or `msg(` with the literal that follows. */
const CALL = /\b(?:t|rich|msg)\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`)/g;
const REASON = /^ {8}"((?:[^"\\]|\\.)*)"$/gm;

/** Each text of the dashboard, once, with the first file that has it. */
export function messages() {
  const found = new Map();
  for (const file of readdirSync(source, { recursive: true }).sort()) {
    if (!/\.tsx?$/.test(file) || /\.test\.tsx?$/.test(file) || file === 'i18n.ts') continue;
    for (const [, literal] of readFileSync(join(source, file), 'utf8').matchAll(CALL)) {
      const text = unquoted(literal);
      if (!found.has(text)) found.set(text, file);
    }
  }
  for (const [, text] of readFileSync(reasons, 'utf8').matchAll(REASON)) {
    const sentence = unquoted(`"${text}"`);
    if (!found.has(sentence)) found.set(sentence, 'reason.rs');
  }
  return found;
}

export function catalog(language) {
  return JSON.parse(readFileSync(join(source, `locales/${language}.json`), 'utf8'));
}

/** The text of a literal of TypeScript or Rust, as far as our sources use escapes. */
function unquoted(literal) {
  const escapes = { n: '\n', t: '\t' };
  return literal
    .slice(1, -1)
    .replace(/\\(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|(.))/gi, (_all, long, short, letter) =>
      letter
        ? (escapes[letter] ?? letter)
        : String.fromCodePoint(Number.parseInt(long ?? short, 16)),
    );
}

const [, script, language] = process.argv;
if (script === new URL(import.meta.url).pathname && language) {
  const has = catalog(language);
  const lacking = [...messages().keys()].filter((text) => !(text in has));
  console.log(JSON.stringify(Object.fromEntries(lacking.map((text) => [text, ''])), null, 2));
}
