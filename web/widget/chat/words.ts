import type { Say } from '../port.ts';

/** What this page's chat says. It is there before anything is drawn. */
export let say: Say;
export let words: Say['words'];

/** Gives the chat its language and its texts. */
export function speak(given: Say): void {
  say = given;
  words = given.words;
}

/** `text` with `value` in its place. */
export function fill(text: string, value: string | number): string {
  return text.replace('{}', () => `${value}`);
}
