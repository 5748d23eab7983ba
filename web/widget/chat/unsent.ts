import { effect } from '@preact/signals';
import type { Port } from '../port.ts';
import type { Store } from './store.ts';

const UNSENT = 'zipchat_unsent';

interface Kept {
  token: string;
  items: { clientId: string; text: string; by: string }[];
}

/**
 * What was to be sent and could not be is there again on the shop's next page, in this tab, for the very same visitor: with the
 * same ids, so that what did arrive is not said twice.
 */
export function keepUnsent(port: Port, { state, dispatch }: Store): void {
  const kept = read(port);
  if (kept?.token === port.token()) {
    for (const { clientId, text, by } of kept.items)
      dispatch({ type: 'queued', clientId, text, by });
  }
  effect(() => {
    const { outbox } = state.value;
    const items = outbox.map(({ clientId, text, by }) => ({ clientId, text, by }));
    try {
      if (items.length) port.tab().setItem(UNSENT, JSON.stringify({ token: port.token(), items }));
      else port.tab().removeItem(UNSENT);
    } catch {
      // Then it is lost with the page.
    }
  });
}

function read(port: Port): Kept | null {
  try {
    const kept = JSON.parse(port.tab().getItem(UNSENT) ?? 'null') as Kept | null;
    return Array.isArray(kept?.items) ? kept : null;
  } catch {
    return null;
  }
}
