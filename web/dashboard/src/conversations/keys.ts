/** The keys of the inbox: what each does, and that none does anything while somebody writes. */

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { msg } from '../i18n';

const STORAGE_KEY = 'zipchat_dashboard_keys';

/** Keys without a modifier can be in the way of whoever speaks to their computer: they can be switched off. */
export const keysOn = signal(remembered());

export interface KeyHelp {
  keys: readonly string[];
  does: string;
}

export const KEYS: readonly KeyHelp[] = [
  { keys: ['j', '↓'], does: msg('Next conversation') },
  { keys: ['k', '↑'], does: msg('Conversation before') },
  { keys: ['Enter'], does: msg('Open the conversation') },
  { keys: ['r'], does: msg('Write an answer') },
  { keys: ['a'], does: msg('Take over') },
  { keys: ['n'], does: msg('Write a note') },
  { keys: ['/'], does: msg('Search') },
  { keys: ['Esc'], does: msg('Back to the list') },
  { keys: ['?'], does: msg('Show these keys') },
];

export function switchKeys(on: boolean): void {
  keysOn.value = on;
  try {
    localStorage.setItem(STORAGE_KEY, on ? 'on' : 'off');
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
}

/** Runs what belongs to a key. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = latest.current[event.key];
      if (!action || !keysOn.peek() || !isFree(event)) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Whether the key means nothing else: nobody writes, chooses, or is asked something. */
export function isFree(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.isComposing || document.querySelector('dialog[open]')) return false;
  const target = event.target instanceof Element ? event.target : null;
  return !target?.closest('input, textarea, select, [contenteditable], [role="tablist"]');
}

/** Moves the focus to another row of the list; without one in focus, from the open conversation on. */
export function stepRows(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('a[data-conversation]')];
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  const open = rows.findIndex((row) => row.hasAttribute('aria-current'));
  const at = focused >= 0 ? focused : open;
  const next = rows[at < 0 ? 0 : at + step];
  next?.focus();
}

/** Does what a click would do, where there is what would be clicked. */
export function press(name: string): void {
  document.querySelector<HTMLElement>(`[data-key="${name}"]`)?.click();
}

function remembered(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== 'off';
  } catch {
    return true;
  }
}
