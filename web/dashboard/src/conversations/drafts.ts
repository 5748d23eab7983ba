/** What was begun to be written, kept for as long as this tab is open, also when it is loaded anew. */

const PREFIX = 'zipchat_draft ';

export function readDraft(key: string): string {
  try {
    return sessionStorage.getItem(PREFIX + key) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(key: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(PREFIX + key, text);
    else sessionStorage.removeItem(PREFIX + key);
  } catch {
    // Storage may be full or forbidden; then a draft is lost with its page, as drafts are.
  }
}

/** The next person at this browser must not read them. */
export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }
  } catch {
    // Where storage is forbidden, there are none.
  }
}
