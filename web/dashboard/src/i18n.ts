/**
 * The dashboard's words in the operator's language.
 *
 * The English text is the key, in ICU MessageFormat: `t('{count, plural, one {# token} other {# tokens}}', { count })`. Catalogs in
 * `locales/` map it to other languages; what one lacks is shown in English, and `locales.test.ts` fails.
 */

import { signal } from '@preact/signals';
import { IntlMessageFormat } from 'intl-messageformat';
import type { ComponentChildren } from 'preact';

export type Language = 'en' | 'de' | 'ar';

/** Each in its own words: whoever looks for theirs may not know any other. */
export const LANGUAGES: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  ar: 'العربية',
};

type Catalog = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | number>>;

const STORAGE_KEY = 'zipchat_dashboard_language';

const LOAD: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ default: Catalog }>>> = {
  de: () => import('./locales/de.json'),
  ar: () => import('./locales/ar.json'),
};

interface Spoken {
  language: Language;
  catalog: Catalog;
}

const spoken = signal<Spoken>({ language: 'en', catalog: {} });
/** Messages that have been read, by language and text: reading one costs more than showing it. */
const read = new Map<string, IntlMessageFormat>();

/** The language in use; whoever reads it while drawing is drawn again when it changes. */
export function language(): Language {
  return spoken.value.language;
}

/** For `Intl`: the reader's own kind of the language, or else one that cannot confuse day and month. */
export function locale(): string {
  const { language } = spoken.value;
  const own = navigator.languages.find((tag) => tag.split('-')[0] === language);
  return own ?? (language === 'en' ? 'en-GB' : language);
}

/** Speaks the language that was chosen in this browser, or the first of the browser's that we know. */
export async function startLanguage(): Promise<void> {
  await speak(remembered() ?? preferred());
}

/** Changes the language, and keeps the choice in this browser. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  try {
    localStorage.setItem(STORAGE_KEY, chosen);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
  await speak(chosen);
}

/** `message` in the operator's language. Without values it is shown as it stands: the service's own sentences may have braces. */
export function t(message: string, values?: Values): string {
  const text = spoken.value.catalog[message] ?? message;
  return values ? String(format(text).format(values)) : text;
}

/** As `t`, with elements among the values: `rich('Paste {tag} into the page.', { tag: <code>…</code> })`. */
export function rich(
  message: string,
  values: Readonly<Record<string, ComponentChildren>>,
): ComponentChildren {
  const text = spoken.value.catalog[message] ?? message;
  return format(text).format<ComponentChildren>(values as never) as ComponentChildren;
}

/** Marks a text that is kept in a table in English, and shown later by `t`. */
export function msg(message: string): string {
  return message;
}

async function speak(chosen: Language): Promise<void> {
  let next: Spoken = { language: 'en', catalog: {} };
  if (chosen !== 'en') {
    try {
      next = { language: chosen, catalog: (await LOAD[chosen]()).default };
    } catch {
      // The file is gone after an update, or the connection is: English is in the page already.
    }
  }
  spoken.value = next;
  document.documentElement.lang = next.language;
  document.documentElement.dir = next.language === 'ar' ? 'rtl' : 'ltr';
}

function format(text: string): IntlMessageFormat {
  const { language } = spoken.value;
  const key = `${language} ${text}`;
  let message = read.get(key);
  if (!message) {
    message = new IntlMessageFormat(text, locale(), undefined, { ignoreTag: true });
    read.set(key, message);
  }
  return message;
}

function remembered(): Language | undefined {
  try {
    return known(localStorage.getItem(STORAGE_KEY));
  } catch {
    return undefined;
  }
}

function preferred(): Language {
  for (const tag of navigator.languages) {
    const found = known(tag.split('-')[0] ?? '');
    if (found) return found;
  }
  return 'en';
}

function known(code: string | null): Language | undefined {
  return (Object.keys(LANGUAGES) as Language[]).find((language) => language === code);
}
