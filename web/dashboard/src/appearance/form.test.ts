import { describe, expect, it } from 'vitest';
import { changesOf, DEFAULTS, fieldNamed, formOf, NO_TEXTS, problemsOf } from './form';

const SETTINGS = {
  'appearance.accent': '#0b7a53',
  'appearance.accent_dark': null,
  'appearance.theme': 'dark',
  'appearance.side': 'start',
  'appearance.offset_inline': 32,
  'appearance.language': 'de',
  'appearance.welcome': 'Willkommen!',
  'appearance.questions': ['Wo ist mein Paket?', 'Wie sende ich etwas zurück?'],
  'appearance.translations': { fr: { title: 'Boutique', questions: [] }, xx: { title: 'X' } },
};

describe('the appearance', () => {
  it('becomes a form, and back only what was changed', () => {
    const saved = formOf(SETTINGS);
    expect(saved.texts.questions).toBe('Wo ist mein Paket?\nWie sende ich etwas zurück?');
    expect(saved.translations).toEqual({ fr: { ...NO_TEXTS, title: 'Boutique' } });
    expect(changesOf(saved, saved)).toEqual({});
    expect(changesOf(saved, { ...saved, accent: ' #FFDD00 ', offsetInline: '8' })).toEqual({
      'appearance.accent': '#ffdd00',
      'appearance.offset_inline': 8,
    });
    const texts = { ...saved.texts, welcome: '', questions: 'Eins\n\n Zwei \nEins' };
    expect(changesOf(saved, { ...saved, texts })).toEqual({
      'appearance.welcome': null,
      'appearance.questions': ['Eins', 'Zwei'],
    });
  });

  it('of a chat that has none is the widget’s own', () => {
    expect(formOf({})).toEqual(DEFAULTS);
  });

  it('leaves out a language that nothing is said in', () => {
    const saved = formOf(SETTINGS);
    const translations = { fr: NO_TEXTS, ar: { ...NO_TEXTS, title: 'متجر' } };
    expect(changesOf(saved, { ...saved, translations })).toEqual({
      'appearance.translations': { ar: { title: 'متجر' } },
    });
  });

  it('says what is wrong with a field', () => {
    expect(problemsOf(DEFAULTS)).toEqual({});
    const wrong = problemsOf({
      ...DEFAULTS,
      accent: 'red',
      offsetInline: '201',
      offsetBlock: '-1',
      texts: { ...NO_TEXTS, questions: '1\n2\n3\n4\n5' },
    });
    expect(Object.keys(wrong).sort()).toEqual(['accent', 'offsetBlock', 'offsetInline', 'texts']);
    expect(fieldNamed('appearance.accent_dark must be a colour')).toBe('accentDark');
    expect(fieldNamed('appearance.title must be one line')).toBe('texts');
    expect(fieldNamed('lead_form.mode must be')).toBeNull();
  });
});
