/** Who is told that a person is asked for, as a form. */

import type { SettingsValues } from '../../../api/dashboard';
import { t } from '../i18n';

export interface PeopleForm {
  mail: boolean;
  /** One address a line. */
  emails: string;
}

/** As many as the service takes. */
const MOST = 20;

export function formOf(settings: SettingsValues): PeopleForm {
  const emails = settings['escalation.emails'];
  return {
    mail: settings['escalation.mail'] !== false,
    emails: Array.isArray(emails) ? emails.join('\n') : '',
  };
}

export function changesOf(saved: PeopleForm, form: PeopleForm): SettingsValues {
  const changes: SettingsValues = {};
  if (form.mail !== saved.mail) changes['escalation.mail'] = form.mail;
  const [before, now] = [linesOf(saved.emails), linesOf(form.emails)];
  if (now.join('\n') !== before.join('\n')) changes['escalation.emails'] = now;
  return changes;
}

/** What is wrong with the addresses; empty where nothing is. */
export function problemsOf(form: PeopleForm): { emails?: string } {
  const emails = linesOf(form.emails);
  const wrong = emails.find((email) => !/^[^\s@]+@[^\s@]+$/.test(email));
  if (wrong) return { emails: t('“{text}” is not an email address.', { text: wrong }) };
  return emails.length > MOST ? { emails: t('At most {most} addresses.', { most: MOST }) } : {};
}

/** The field that the service's `message` names, if it does. */
export function fieldNamed(message: string): 'emails' | null {
  return message.includes('escalation.emails') ? 'emails' : null;
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter(Boolean);
}
