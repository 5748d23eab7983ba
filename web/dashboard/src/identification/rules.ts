/** The rules of identification as a form: settings to fields, and what was changed back to settings. */

import type { SettingsValues } from '../../../api/dashboard';
import { t } from '../i18n';

export type Unit = 'minutes' | 'hours' | 'days';

export const UNIT_SECONDS: Readonly<Record<Unit, number>> = {
  minutes: 60,
  hours: 3_600,
  days: 86_400,
};

/** A length of time as it is typed. */
export interface Length {
  amount: string;
  unit: Unit;
}

export interface RulesForm {
  session: Length;
  /** Empty: no limit of the chat's own. */
  maxLifetime: Length;
  replay: string;
  history: boolean;
  audience: string;
}

export type Field = keyof RulesForm;

const NAMES: Readonly<Record<Field, string>> = {
  session: 'identification.session',
  maxLifetime: 'identification.max_lifetime',
  replay: 'identification.replay',
  history: 'identification.history',
  audience: 'identification.audience',
};

const MINUTE = 60;
const DAY = 86_400;

export function formOf(settings: SettingsValues): RulesForm {
  const session = settings[NAMES.session];
  const longest = settings[NAMES.maxLifetime];
  const audience = settings[NAMES.audience];
  return {
    session: lengthOf(typeof session === 'number' ? session : 7_200, ['hours', 'minutes']),
    maxLifetime:
      typeof longest === 'number'
        ? lengthOf(longest, ['days', 'hours', 'minutes'])
        : { amount: '', unit: 'hours' },
    replay: String(settings[NAMES.replay] ?? 'off'),
    history: settings[NAMES.history] !== false,
    audience: typeof audience === 'string' ? audience : '',
  };
}

/** The settings that `form` has otherwise than `saved`. */
export function changesOf(saved: RulesForm, form: RulesForm): SettingsValues {
  const before = settingsOf(saved);
  const after = settingsOf(form);
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  return Object.fromEntries(changed);
}

/** What is wrong with a field, by field; empty where nothing is. */
export function problemsOf(form: RulesForm): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {};
  if (!within(secondsOf(form.session), 15 * MINUTE, DAY)) {
    problems.session = t('Between 15 minutes and 24 hours.');
  }
  if (
    form.maxLifetime.amount.trim() &&
    !within(secondsOf(form.maxLifetime), 5 * MINUTE, 366 * DAY)
  ) {
    problems.maxLifetime = t('Between 5 minutes and 366 days, or empty for no limit of your own.');
  }
  if (form.audience.length > 255)
    problems.audience = t('At most {count} characters.', { count: 255 });
  return problems;
}

/** The field that the service's `message` names, if it does. */
export function fieldNamed(message: string): Field | null {
  const fields = Object.keys(NAMES) as Field[];
  return fields.find((field) => message.includes(NAMES[field])) ?? null;
}

/** Seconds, or NaN where it is not a number. */
export function secondsOf({ amount, unit }: Length): number {
  const text = amount.trim().replace(',', '.');
  return text ? Math.round(Number(text) * UNIT_SECONDS[unit]) : Number.NaN;
}

function settingsOf(form: RulesForm): SettingsValues {
  const longest = secondsOf(form.maxLifetime);
  return {
    [NAMES.session]: secondsOf(form.session),
    [NAMES.maxLifetime]: Number.isNaN(longest) ? null : longest,
    [NAMES.replay]: form.replay,
    [NAMES.history]: form.history,
    [NAMES.audience]: form.audience.trim() || null,
  };
}

/** In the first of `units` that it fills whole, or else the last. */
function lengthOf(seconds: number, units: readonly Unit[]): Length {
  const unit = units.find((one) => seconds % UNIT_SECONDS[one] === 0) ?? units.at(-1) ?? 'minutes';
  return { amount: String(Number((seconds / UNIT_SECONDS[unit]).toFixed(4))), unit };
}

function within(seconds: number, least: number, most: number): boolean {
  return seconds >= least && seconds <= most;
}
