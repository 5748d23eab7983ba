/** The service's refusals in words for the operator. */

import type { ApiError } from '../../api/client';
import { wait } from './format';
import { t } from './i18n';

export interface Explanation {
  title: string;
  advice: string;
  /** Whether asking again may help. */
  retryable: boolean;
}

export function explain(error: ApiError): Explanation {
  if (error.code === 'unreachable') {
    return {
      title: t('No connection'),
      advice: t('The service did not answer. Check your connection, then try again.'),
      retryable: true,
    };
  }
  if (error.status === 403) {
    return {
      title: t('Your role does not allow this'),
      advice: t('Members can look at a chat but not change it. Ask an owner or an editor.'),
      retryable: false,
    };
  }
  if (error.status === 404) {
    return {
      title: t('Not here'),
      advice: t('It does not exist, or it belongs to another account.'),
      retryable: false,
    };
  }
  if (error.status === 429) return tooMany(error.retryAfter);
  if (error.status >= 500) {
    return {
      title: t('Not available just now'),
      advice: t('The service cannot answer at the moment. Nothing is lost: try again shortly.'),
      retryable: true,
    };
  }
  return {
    title: t('That did not work'),
    advice: t(withoutField(error.message)) || t('The service refused without a reason.'),
    retryable: error.status !== 422,
  };
}

/** The one that it names is the one that was just filled in, under another name. */
function withoutField(message: string): string {
  const rest = message.replace(/^(?:public_key|url|token|grace_seconds): /, '');
  return rest === message ? message : rest.charAt(0).toUpperCase() + rest.slice(1);
}

function tooMany(retryAfter: number | null): Explanation {
  const advice =
    retryAfter === null
      ? t('Try again in a moment.')
      : t('Try again in {wait}.', { wait: wait(Math.max(1, retryAfter)) });
  return { title: t('Too many attempts'), advice, retryable: true };
}
