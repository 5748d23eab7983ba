/** The service's refusals in words for the operator. */

import type { ApiError } from '../../api/client';
import { wait } from './format';

export interface Explanation {
  title: string;
  advice: string;
  /** Whether asking again may help. */
  retryable: boolean;
}

export function explain(error: ApiError): Explanation {
  if (error.code === 'unreachable') {
    return {
      title: 'No connection',
      advice: 'The service did not answer. Check your connection, then try again.',
      retryable: true,
    };
  }
  if (error.status === 403) {
    return {
      title: 'Your role does not allow this',
      advice: 'Members can look at a chat but not change it. Ask an owner or an editor.',
      retryable: false,
    };
  }
  if (error.status === 404) {
    return {
      title: 'Not here',
      advice: 'It does not exist, or it belongs to another account.',
      retryable: false,
    };
  }
  if (error.status === 429) return tooMany(error.retryAfter);
  if (error.status >= 500) {
    return {
      title: 'Not available just now',
      advice: 'The service cannot answer at the moment. Nothing is lost: try again shortly.',
      retryable: true,
    };
  }
  return {
    title: 'That did not work',
    advice: withoutField(error.message) || 'The service refused without a reason.',
    retryable: error.status !== 422,
  };
}

/** The one that it names is the one that was just filled in, under another name. */
function withoutField(message: string): string {
  const rest = message.replace(/^(?:public_key|url|token|grace_seconds): /, '');
  return rest === message ? message : rest.charAt(0).toUpperCase() + rest.slice(1);
}

function tooMany(retryAfter: number | null): Explanation {
  const when = retryAfter === null ? 'in a moment' : `in ${wait(Math.max(1, retryAfter))}`;
  return { title: 'Too many attempts', advice: `Try again ${when}.`, retryable: true };
}
