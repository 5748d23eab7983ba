// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { forgetDrafts, keepDraft, readDraft } from './drafts';

it('keeps what was begun, until it is sent or forgotten', () => {
  expect(readDraft('answer conv_1')).toBe('');
  keepDraft('answer conv_1', 'Dear Ada');
  keepDraft('note conv_1', 'Hm');
  expect(readDraft('answer conv_1')).toBe('Dear Ada');
  keepDraft('answer conv_1', '');
  expect(readDraft('answer conv_1')).toBe('');
  sessionStorage.setItem('other', 'stays');
  forgetDrafts();
  expect(readDraft('note conv_1')).toBe('');
  expect(sessionStorage.getItem('other')).toBe('stays');
});
