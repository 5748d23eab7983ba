import { type Signal, signal } from '@preact/signals';
import { type Action, INITIAL, reduce, type State } from './state.ts';

/** All that components read. */
export interface Store {
  readonly state: Signal<State>;
  /** The reply that is being written, so far: apart, so that a token repaints one text and not the log. */
  readonly writing: Signal<string>;
  /** The name of the person who is typing an answer now; empty where that is nobody. */
  readonly typing: Signal<string>;
  /** What the visitor has typed. It survives everything but being sent, and a change of customers. */
  readonly input: Signal<string>;
  /** Whether that is there again when the page is left and the tab comes back. */
  readonly kept: Signal<boolean>;
  /** The email of the customer who typed it; empty for a visitor who was not signed in. */
  readonly typist: Signal<string>;
  /** For screen readers: the last message that came. */
  readonly news: Signal<string>;
  /** Messages that came while the panel was closed. */
  readonly unread: Signal<number>;
  dispatch(action: Action): void;
  /** The visitor types: a text that a customer has begun stays that customer's until it is gone. */
  type(text: string): void;
}

export function createStore(): Store {
  const state = signal(INITIAL);
  const input = signal('');
  const typist = signal('');
  return {
    state,
    writing: signal(''),
    typing: signal(''),
    input,
    kept: signal(false),
    typist,
    news: signal(''),
    unread: signal(0),
    dispatch(action) {
      state.value = reduce(state.value, action);
    },
    type(text) {
      input.value = text;
      typist.value = text && (typist.value || state.value.customer);
    },
  };
}
