import { effect, type Signal } from '@preact/signals';
import { words } from './words.ts';

/** Shows on the loader's button, and tells in its name, how many messages came while the panel was closed. */
export function showUnread(button: HTMLElement, unread: Signal<number>): void {
  const badge = document.createElement('span');
  badge.className = 'badge';
  badge.ariaHidden = 'true';
  effect(() => {
    const count = unread.value;
    if (!count) return badge.remove();
    badge.textContent = count > 9 ? '9+' : `${count}`;
    button.append(badge);
    button.ariaLabel = words.unread(count);
  });
}
