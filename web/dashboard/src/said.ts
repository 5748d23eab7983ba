/** What the service says in English, in the operator's language where it is known there. */

import { t } from './i18n';

/** Sentences of the service may quote anything: one with braces is no pattern to be filled in. */
export function said(words: string): string {
  return /[{}]/.test(words) ? words : t(words);
}
