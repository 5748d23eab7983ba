import type { Port } from '../port.ts';

/** Where the loader of the next page looks, too: there the chat then listens before it is opened. */
const WAITS = 'zipchat_waits';

/** Whether the visitor waited for an answer when this tab was last left. */
export function isWaiting(port: Port): boolean {
  try {
    return port.tab().getItem(WAITS) !== null;
  } catch {
    return false;
  }
}

export function setWaiting(port: Port, waits: boolean): void {
  try {
    if (waits) port.tab().setItem(WAITS, '1');
    else port.tab().removeItem(WAITS);
  } catch {
    // Then it is counted when the chat is opened.
  }
}
