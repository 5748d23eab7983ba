/** Who may use the chat and what they are asked, as a form: settings to fields, and what was changed back to settings. */

import type { SettingsValues } from '../../../api/dashboard';

export const MODES = ['off', 'before_chat', 'after_first_message'] as const;
export type Mode = (typeof MODES)[number];

/** What can be asked for beside the email, which always is. */
export const FIELDS = [
  'first_name',
  'last_name',
  'phone_number',
  'email_marketing_consent',
] as const;
export type Field = (typeof FIELDS)[number];

export interface VisitorsForm {
  mode: Mode;
  fields: readonly Field[];
  /** One a line. */
  origins: string;
}

const MOST_ORIGINS = 100;

const NAMES = {
  mode: 'lead_form.mode',
  fields: 'lead_form.fields',
  origins: 'allowed_origins',
} as const;

export function formOf(settings: SettingsValues): VisitorsForm {
  const fields = texts(settings[NAMES.fields]);
  return {
    mode: MODES.find((mode) => mode === settings[NAMES.mode]) ?? 'off',
    fields: FIELDS.filter((field) => fields.includes(field)),
    origins: texts(settings[NAMES.origins]).join('\n'),
  };
}

/** The settings that `form` has otherwise than `saved`. */
export function changesOf(saved: VisitorsForm, form: VisitorsForm): SettingsValues {
  const changes: SettingsValues = {};
  if (form.mode !== saved.mode) changes[NAMES.mode] = form.mode;
  if (form.fields.join() !== saved.fields.join()) changes[NAMES.fields] = [...form.fields];
  const origins = originsIn(form.origins);
  if (origins.join() !== originsIn(saved.origins).join()) changes[NAMES.origins] = origins;
  return changes;
}

/** What is wrong with the origins; `null` where nothing is. */
export function problemOf(form: VisitorsForm): string | null {
  const origins = originsIn(form.origins);
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined) {
    return `“${wrong}” is not the address of a website. Write it as in https://shop.example.`;
  }
  return origins.length > MOST_ORIGINS ? `At most ${MOST_ORIGINS} websites.` : null;
}

/** One a line; of an address of a page that was pasted, its origin, as browsers send it. */
function originsIn(lines: string): string[] {
  const origins = lines.split(/[\s,]+/).filter(Boolean);
  return [...new Set(origins.map((text) => (isWeb(text) ? new URL(text).origin : text)))];
}

const isWeb = (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text);
const isOrigin = (text: string) => isWeb(text) && new URL(text).origin === text;

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
