import { effect, type Signal } from '@preact/signals';
import { fill, words } from './words.ts';

/** Names the loader's button, and shows on it how many messages came while the panel was closed. */
export function nameButton(
  button: HTMLElement,
  isOpen: Signal<boolean>,
  unread: Signal<number>,
): void {
  const badge = document.createElement('span');
  badge.className = 'badge';
  badge.ariaHidden = 'true';
  effect(() => {
    const count = unread.value;
    badge.textContent = count > 9 ? '9+' : `${count}`;
    if (count) button.append(badge);
    else badge.remove();
    button.ariaLabel = isOpen.value ? words.close : count ? fill(words.unread, count) : words.open;
  });
}
