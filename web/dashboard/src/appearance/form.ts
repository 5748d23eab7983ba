/** The widget's appearance as a form: settings to fields, and what was changed back to settings. */

import type { SettingsValues } from '../../../api/dashboard';
import { msg, t } from '../i18n';

export const THEMES = ['auto', 'light', 'dark'] as const;
export const SIDES = ['end', 'start'] as const;
export const SIZES = ['small', 'medium', 'large'] as const;
export const ICONS = ['chat', 'question', 'heart', 'star'] as const;

/** The widget's languages, each in its own words. */
export const SPOKEN = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  it: 'Italiano',
  nl: 'Nederlands',
  pt: 'Português',
  pl: 'Polski',
  tr: 'Türkçe',
  ar: 'العربية',
  he: 'עברית',
} as const;
export type Spoken = keyof typeof SPOKEN;
export const SPOKEN_CODES = Object.keys(SPOKEN) as Spoken[];

/** The accent where the merchant has chosen none. */
export const OWN_ACCENT = '#3346d3';
const MOST_QUESTIONS = 4;
const LONGEST_QUESTION = 100;
const FURTHEST = 200;

/** What the widget says in the merchant's words; empty where in its own. */
export interface OwnTexts {
  title: string;
  status: string;
  welcome: string;
  placeholder: string;
  /** One a line. */
  questions: string;
}

export interface AppearanceForm {
  /** Empty where the widget's own. */
  accent: string;
  accentDark: string;
  theme: (typeof THEMES)[number];
  side: (typeof SIDES)[number];
  offsetInline: string;
  offsetBlock: string;
  bubbleSize: (typeof SIZES)[number];
  panelSize: (typeof SIZES)[number];
  icon: (typeof ICONS)[number];
  language: Spoken | 'auto';
  texts: OwnTexts;
  translations: Readonly<Partial<Record<Spoken, OwnTexts>>>;
}

export type Field = 'accent' | 'accentDark' | 'offsetInline' | 'offsetBlock' | 'texts';

export const NO_TEXTS: OwnTexts = {
  title: '',
  status: '',
  welcome: '',
  placeholder: '',
  questions: '',
};

export const DEFAULTS: AppearanceForm = {
  accent: '',
  accentDark: '',
  theme: 'auto',
  side: 'end',
  offsetInline: '20',
  offsetBlock: '20',
  bubbleSize: 'medium',
  panelSize: 'medium',
  icon: 'chat',
  language: 'auto',
  texts: NO_TEXTS,
  translations: {},
};

export function formOf(settings: SettingsValues): AppearanceForm {
  const at = (name: string) => settings[`appearance.${name}`];
  const translations = (at('translations') ?? {}) as Record<string, Record<string, unknown>>;
  return {
    accent: text(at('accent')),
    accentDark: text(at('accent_dark')),
    theme: one(THEMES, at('theme')),
    side: one(SIDES, at('side')),
    offsetInline: `${at('offset_inline') ?? 20}`,
    offsetBlock: `${at('offset_block') ?? 20}`,
    bubbleSize: SIZES.find((size) => size === at('bubble_size')) ?? 'medium',
    panelSize: SIZES.find((size) => size === at('panel_size')) ?? 'medium',
    icon: one(ICONS, at('icon')),
    language: SPOKEN_CODES.find((code) => code === at('language')) ?? 'auto',
    texts: textsOf(at),
    translations: Object.fromEntries(
      SPOKEN_CODES.filter((code) => translations[code]).map((code) => [
        code,
        textsOf((name) => translations[code]?.[name]),
      ]),
    ),
  };
}

/** The settings that `form` has otherwise than `saved`. */
export function changesOf(saved: AppearanceForm, form: AppearanceForm): SettingsValues {
  const [before, now] = [valuesOf(saved), valuesOf(form)];
  const changed = Object.keys(now).filter(
    (name) => JSON.stringify(now[name]) !== JSON.stringify(before[name]),
  );
  return Object.fromEntries(changed.map((name) => [`appearance.${name}`, now[name]]));
}

/** What is wrong with a field; empty where nothing is. */
export function problemsOf(form: AppearanceForm): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {};
  const colour = t('A colour is # and six digits or letters from a to f, like #0b7a53.');
  if (!isColour(form.accent)) problems.accent = colour;
  if (!isColour(form.accentDark)) problems.accentDark = colour;
  const offset = t('A number of pixels from 0 to {most}.', { most: FURTHEST });
  if (!isOffset(form.offsetInline)) problems.offsetInline = offset;
  if (!isOffset(form.offsetBlock)) problems.offsetBlock = offset;
  for (const { questions } of [form.texts, ...Object.values(form.translations)]) {
    const lines = linesOf(questions);
    if (lines.length > MOST_QUESTIONS || lines.some((line) => line.length > LONGEST_QUESTION)) {
      problems.texts = t('At most {most} questions, each of at most {longest} characters.', {
        most: MOST_QUESTIONS,
        longest: LONGEST_QUESTION,
      });
    }
  }
  return problems;
}

/** The field that the service's `message` names, if it does. */
export function fieldNamed(message: string): Field | null {
  const name = /appearance\.(\w+)/.exec(message)?.[1];
  switch (name) {
    case undefined:
      return null;
    case 'accent':
      return 'accent';
    case 'accent_dark':
      return 'accentDark';
    case 'offset_inline':
      return 'offsetInline';
    case 'offset_block':
      return 'offsetBlock';
    default:
      return 'texts';
  }
}

export const SHAPE = {
  formOf,
  changesOf,
  problemsOf,
  fieldNamed,
  saved: msg('The appearance is saved. Your pages follow within five minutes.'),
};

function valuesOf(form: AppearanceForm): Record<string, unknown> {
  const translations = Object.entries(form.translations).map(([code, texts]) => [
    code,
    valuesOfTexts(texts),
  ]);
  return {
    accent: form.accent.trim().toLowerCase() || null,
    accent_dark: form.accentDark.trim().toLowerCase() || null,
    theme: form.theme,
    side: form.side,
    offset_inline: Number(form.offsetInline),
    offset_block: Number(form.offsetBlock),
    bubble_size: form.bubbleSize,
    panel_size: form.panelSize,
    icon: form.icon,
    language: form.language,
    title: null,
    status: null,
    welcome: null,
    placeholder: null,
    questions: [],
    ...valuesOfTexts(form.texts),
    translations: Object.fromEntries(
      translations.filter(([, values]) => Object.keys(values as object).length > 0),
    ),
  };
}

/** Those that are not empty. */
function valuesOfTexts({ questions, ...lines }: OwnTexts): Record<string, unknown> {
  const own = Object.entries(lines).flatMap(([name, line]) =>
    line.trim() ? [[name, line.trim()]] : [],
  );
  const asked = linesOf(questions);
  return { ...Object.fromEntries(own), ...(asked.length ? { questions: asked } : {}) };
}

function textsOf(at: (name: string) => unknown): OwnTexts {
  const questions = at('questions');
  return {
    title: text(at('title')),
    status: text(at('status')),
    welcome: text(at('welcome')),
    placeholder: text(at('placeholder')),
    questions: Array.isArray(questions) ? questions.join('\n') : '',
  };
}

function linesOf(questions: string): string[] {
  const lines = questions.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter(Boolean))];
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const isColour = (text: string) => /^(#[0-9a-f]{6})?$/i.test(text.trim());
const isOffset = (text: string) => /^\d+$/.test(text) && Number(text) <= FURTHEST;

function one<Word extends string>(words: readonly [Word, ...Word[]], value: unknown): Word {
  return words.find((word) => word === value) ?? words[0];
}
