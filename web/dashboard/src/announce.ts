/** What screen readers are told about changes that eyes can see. */

import { signal } from '@preact/signals';

export const announcement = signal('');

/** Has `text` read out, also when it is the same text as before. */
export function announce(text: string): void {
  announcement.value = '';
  // Emptied and filled in one go, the region would not have changed.
  setTimeout(() => {
    announcement.value = text;
  }, 60);
}
