/** The websites whose pages may call, as a form. */

import type { SettingsValues } from '../../../api/dashboard';
import { t } from '../i18n';

export interface OriginsForm {
  origins: readonly string[];
}

const NAME = 'allowed_origins';
/** As many as the service takes. */
const MOST = 100;

export function formOf(settings: SettingsValues): OriginsForm {
  const origins = settings[NAME];
  return {
    origins: Array.isArray(origins) ? origins.filter((one) => typeof one === 'string') : [],
  };
}

export function changesOf(saved: OriginsForm, form: OriginsForm): SettingsValues {
  const same = saved.origins.join('\n') === form.origins.join('\n');
  return same ? {} : { [NAME]: [...form.origins] };
}

/** The origin of an address that was typed or pasted, as browsers send it; `null` where it is none. */
export function originOf(text: string): string | null {
  const typed = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return null;
  const { origin, hostname } = new URL(address);
  return /[\s*]/.test(decodeURI(hostname)) ? null : origin;
}

/** Why what was typed cannot be added, or `null`. */
export function problemOf(text: string, origins: readonly string[]): string | null {
  const origin = originOf(text);
  if (origin === null) return t('Write the address of a website, as in https://shop.example.');
  if (origins.includes(origin)) return t('It is in the list already.');
  return origins.length >= MOST ? t('At most {most} websites.', { most: MOST }) : null;
}

/** Which of the websites that call would be shut out by these; by no list, none. */
export function shutOut(origins: readonly string[], calling: readonly string[]): string[] {
  return origins.length === 0 ? [] : calling.filter((one) => !origins.includes(one));
}
