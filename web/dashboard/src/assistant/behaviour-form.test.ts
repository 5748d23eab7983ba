import { describe, expect, it } from 'vitest';
import {
  changesOf,
  characters,
  fieldNamed,
  formOf,
  problemOfName,
  problemsOf,
} from './behaviour-form';

const SETTINGS = {
  'assistant.instructions': 'Be kind.',
  'assistant.visible_attributes': ['tier'],
  'assistant.allowed_links': ['shop.example', '*.help.example'],
};

describe('what the assistant is told', () => {
  it('becomes a form, and only what was changed goes back', () => {
    const saved = formOf(SETTINGS);
    expect(saved).toEqual({
      instructions: 'Be kind.',
      attributes: ['tier'],
      links: 'shop.example\n*.help.example',
    });
    expect(changesOf(saved, saved)).toEqual({});
    expect(changesOf(saved, { ...saved, attributes: [] })).toEqual({
      'assistant.visible_attributes': [],
    });
    expect(changesOf(saved, { ...saved, instructions: '' })).toEqual({
      'assistant.instructions': '',
    });
  });

  it('takes the host of a pasted address, each once', () => {
    const saved = formOf({});
    const links = 'https://Shop.example/returns?x=1\nhelp.example:8443, help.example:8443';
    expect(changesOf(saved, { ...saved, links })).toEqual({
      'assistant.allowed_links': ['Shop.example', 'help.example:8443'],
    });
  });

  it('says what is wrong before the service does', () => {
    const form = formOf(SETTINGS);
    expect(problemsOf(form)).toEqual({});
    expect(problemsOf({ ...form, instructions: '🙂'.repeat(8_000) })).toEqual({});
    expect(problemsOf({ ...form, instructions: 'x'.repeat(8_001) }).instructions).toContain(
      '8,001',
    );
    for (const wrong of ['a@b.example', 'shop.example:x', '*', 'a*b.example']) {
      expect(problemsOf({ ...form, links: wrong }).links, wrong).toContain(wrong);
    }
    expect(problemOfName('tier', ['tier'])).toContain('already');
    expect(problemOfName('x'.repeat(65), [])).toContain('64');
    expect(problemOfName('plan', ['tier'])).toBeNull();
    expect(characters('a🙂')).toBe(2);
  });

  it('finds the field that a refusal is about', () => {
    expect(fieldNamed('assistant.allowed_links must be a list')).toBe('links');
    expect(fieldNamed('session must be a number')).toBeNull();
  });
});
