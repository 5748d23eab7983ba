import { render } from 'preact';
import { describe, expect, it } from 'vitest';
import type { Assistant } from '../../../api/dashboard';
import { firstWord, ModelSection } from './model';

const ASSISTANT: Assistant = {
  provider: 'openai',
  model: 'a-model',
  state: 'unknown',
  succeeded_at: null,
  failed_at: null,
  failure: null,
  first_word_milliseconds: null,
  attributes: [],
};

function shown(assistant: Partial<Assistant>): string {
  const place = document.createElement('div');
  render(<ModelSection assistant={{ ...ASSISTANT, ...assistant }} />, place);
  return place.textContent ?? '';
}

describe('who answers', () => {
  it('says how the model does, and names the failure', () => {
    expect(shown({})).toContain('Nobody has asked the model anything');
    const works = shown({ state: 'works', first_word_milliseconds: 840 });
    expect(works).toContain('The model answers.');
    expect(works).toContain('after 0.8 s');
    expect(works).not.toContain('Last failure');
    const fails = shown({ state: 'fails', failure: 'the model refuses the key (401)' });
    expect(fails).toContain('The model refuses the key (401).');
    expect(fails).toContain('zipchat doctor');
  });

  it('says that the built-in assistant has no model', () => {
    const builtIn = shown({ state: 'built_in', provider: 'built-in', model: null });
    expect(builtIn).toContain('The built-in assistant');
    expect(builtIn).not.toContain('Provider');
  });

  it('tells short times in milliseconds', () => {
    expect(firstWord(12)).toBe('after 12 ms');
    expect(firstWord(1_250)).toBe('after 1.3 s');
    expect(firstWord(null)).toBeNull();
  });
});
