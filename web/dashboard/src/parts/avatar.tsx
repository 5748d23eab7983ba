import { initials } from '../format';
import { Icon } from './icon';

const TINTS = 6;

/** Initials on a colour that stays the same for the same person. */
export function Avatar({ name, seed }: { name: string | null; seed: string }) {
  const letters = name ? initials(name) : '';
  return (
    <span class={`avatar tint-${tint(seed)}`} aria-hidden="true">
      {letters || <Icon name="talk" />}
    </span>
  );
}

function tint(seed: string): number {
  let sum = 0;
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % TINTS;
}
