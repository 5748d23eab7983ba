// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { isFree, stepRows } from './keys';

afterEach(() => {
  document.body.replaceChildren();
});

function add<T extends keyof HTMLElementTagNameMap>(tag: T): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  document.body.append(element);
  return element;
}

function pressed(on: Element, init: KeyboardEventInit = {}): boolean {
  let free: boolean | undefined;
  on.addEventListener('keydown', (event) => {
    free = isFree(event as KeyboardEvent);
  });
  on.dispatchEvent(new KeyboardEvent('keydown', { key: 'r', bubbles: true, ...init }));
  return free === true;
}

it('means nothing while somebody writes, chooses or holds another key', () => {
  expect(pressed(add('button'))).toBe(true);
  expect(pressed(add('input'))).toBe(false);
  expect(pressed(add('textarea'))).toBe(false);
  expect(pressed(add('select'))).toBe(false);
  expect(pressed(add('button'), { ctrlKey: true })).toBe(false);
  add('dialog').setAttribute('open', '');
  expect(pressed(add('button'))).toBe(false);
});

it('goes from row to row, beginning with the open one', () => {
  const rows = ['one', 'two', 'three'].map((id) => {
    const row = add('a');
    row.href = '#';
    row.dataset.conversation = id;
    return row;
  });
  rows[1]?.setAttribute('aria-current', 'true');
  stepRows(1);
  expect(document.activeElement).toBe(rows[2]);
  stepRows(1);
  expect(document.activeElement).toBe(rows[2]);
  stepRows(-1);
  expect(document.activeElement).toBe(rows[1]);
});
