/** What the palette offers, and which of it answers to what was typed. */

export interface Command {
  id: string;
  label: string;
  /** The heading that it stands under. */
  group: string;
  /** Other words that lead to it, in any language. */
  also?: string;
  run: () => void;
}

/** Those whose label, heading or other words begin with, or else have, each of the typed words; best first. */
export function matching(commands: readonly Command[], typed: string): Command[] {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...commands];
  return commands
    .map((command, at) => ({ command, at, score: score(command, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ command }) => command);
}

function score(command: Command, words: readonly string[]): number {
  const label = fold(command.label);
  const all = fold(`${command.label} ${command.group} ${command.also ?? ''}`);
  let sum = 0;
  for (const word of words) {
    if (label.startsWith(word)) sum += 4;
    else if (label.includes(` ${word}`)) sum += 3;
    else if (label.includes(word)) sum += 2;
    else if (all.includes(word)) sum += 1;
    else return 0;
  }
  return sum;
}

/** Without case and accents: `ubersicht` finds `Übersicht`. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
