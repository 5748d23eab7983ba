import { effect } from '@preact/signals';
import type { Port } from '../port.ts';
import type { Store } from './store.ts';

/** Where the loader and the identity's code know it by, too. */
const DRAFT = 'zipchat_draft';

/** What a stranger typed, kept in this tab while they go to sign in. What a customer types is never kept. */
export interface Draft {
  /** The visitor token is another one: only by `identified` may it be the same person still. */
  changed(identified: boolean): void;
}

/**
 * Puts back what was typed before, into a field that is empty. `isStranger` tells whether it is certain that nobody is
 * signed in.
 */
export function createDraft(port: Port, store: Store, isStranger: () => boolean): Draft {
  const { input, typist, kept, state } = store;
  // Before the first space is the visitor token of the customer who has signed in since, if any.
  let [, claim = '', stored = ''] = /^(\S*) (.*)$/s.exec(read()) ?? [];

  function read(): string {
    try {
      return port.tab().getItem(DRAFT) ?? '';
    } catch {
      return '';
    }
  }
  function write(text: string) {
    stored = text;
    claim = '';
    try {
      if (text) port.tab().setItem(DRAFT, ` ${text}`);
      else port.tab().removeItem(DRAFT);
      kept.value = !!text;
    } catch {
      kept.value = false;
    }
  }

  if (claim && claim !== port.token()) write('');
  kept.value = !!stored;
  input.value ||= stored;
  effect(() => {
    const text = input.value;
    const customer = typist.value || state.value.customer;
    // Theirs once it is shown to them, it stays where it is until they change it.
    if (text === stored && (customer || !claim)) return;
    if (!text || customer) write('');
    else if (isStranger()) write(text);
    else kept.value = text === stored;
  });
  return {
    changed(identified) {
      if (identified && !claim) {
        claim = port.token();
        return;
      }
      const text = claim && !typist.value ? '' : input.value;
      write('');
      input.value = stored = text;
    },
  };
}
