/** What visitors are asked about themselves, as a form: settings to fields, and what was changed back to settings. */

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

export interface LeadFormFields {
  mode: Mode;
  fields: readonly Field[];
}

const NAMES = {
  mode: 'lead_form.mode',
  fields: 'lead_form.fields',
} as const;

export function formOf(settings: SettingsValues): LeadFormFields {
  const fields = texts(settings[NAMES.fields]);
  return {
    mode: MODES.find((mode) => mode === settings[NAMES.mode]) ?? 'off',
    fields: FIELDS.filter((field) => fields.includes(field)),
  };
}

/** The settings that `form` has otherwise than `saved`. */
export function changesOf(saved: LeadFormFields, form: LeadFormFields): SettingsValues {
  const changes: SettingsValues = {};
  if (form.mode !== saved.mode) changes[NAMES.mode] = form.mode;
  if (form.fields.join() !== saved.fields.join()) changes[NAMES.fields] = [...form.fields];
  return changes;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
