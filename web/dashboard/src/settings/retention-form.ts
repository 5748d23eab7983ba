/** How long things are kept, as a form. */

import type { SettingsValues } from '../../../api/dashboard';
import { t } from '../i18n';

/** Days as they are typed; empty: for ever. */
export interface RetentionForm {
  conversations: string;
  leads: string;
}

export type Field = keyof RetentionForm;

const NAMES = { conversations: 'retention.conversations', leads: 'retention.leads' } as const;
const MOST_DAYS = 3_650;

export function formOf(settings: SettingsValues): RetentionForm {
  const days = (name: string) => {
    const value = settings[name];
    return typeof value === 'number' ? String(value) : '';
  };
  return { conversations: days(NAMES.conversations), leads: days(NAMES.leads) };
}

export function changesOf(saved: RetentionForm, form: RetentionForm): SettingsValues {
  const changes: SettingsValues = {};
  for (const field of ['conversations', 'leads'] as const) {
    if (daysOf(saved[field]) !== daysOf(form[field])) changes[NAMES[field]] = daysOf(form[field]);
  }
  return changes;
}

export function problemsOf(form: RetentionForm): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {};
  for (const field of ['conversations', 'leads'] as const) {
    const days = daysOf(form[field]);
    const fits = days === null || (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS);
    if (!fits)
      problems[field] = t('Whole days from 1 to {most}, or empty: kept for ever.', {
        most: MOST_DAYS,
      });
  }
  return problems;
}

export function fieldNamed(message: string): Field | null {
  return (
    (['conversations', 'leads'] as const).find((field) => message.includes(NAMES[field])) ?? null
  );
}

/** The days, `null` for ever, or NaN where it is no number. */
export function daysOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
