import { type Signal, signal } from '@preact/signals';
import { type Action, INITIAL, reduce, type State } from './state.ts';

/** All that components read. */
export interface Store {
  readonly state: Signal<State>;
  /** The reply that is being written, so far: apart, so that a token repaints one text and not the log. */
  readonly writing: Signal<string>;
  /** What the visitor has typed. It survives everything but being sent. */
  readonly input: Signal<string>;
  /** For screen readers: the last message that came. */
  readonly news: Signal<string>;
  /** Messages that came while the panel was closed. */
  readonly unread: Signal<number>;
  dispatch(action: Action): void;
}

export function createStore(): Store {
  const state = signal(INITIAL);
  return {
    state,
    writing: signal(''),
    input: signal(''),
    news: signal(''),
    unread: signal(0),
    dispatch(action) {
      state.value = reduce(state.value, action);
    },
  };
}
