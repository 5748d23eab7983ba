import { render } from 'preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseLanguage, language, locale, rich, startLanguage, t } from './i18n';

vi.mock('./locales/de.json', () => ({
  default: {
    'Sign out': 'Abmelden',
    '{count, plural, one {# token} other {# tokens}}':
      '{count, plural, one {# Token} other {# Tokens}}',
    'Paste {tag} here.': 'Hier {tag} einfügen.',
  },
}));

afterEach(async () => {
  await chooseLanguage('en');
  localStorage.clear();
});

describe('t', () => {
  it('says English as it stands, with its values and plurals', () => {
    expect(t('Sign out')).toBe('Sign out');
    expect(t("It's {name}'s turn", { name: 'Ada' })).toBe("It's Ada's turn");
    const tokens = '{count, plural, one {# token} other {# tokens}}';
    expect(t(tokens, { count: 1 })).toBe('1 token');
    expect(t(tokens, { count: 1204 })).toBe('1,204 tokens');
  });

  it('says another language, and English what that lacks', async () => {
    await chooseLanguage('de');
    expect(t('Sign out')).toBe('Abmelden');
    expect(t('{count, plural, one {# token} other {# tokens}}', { count: 1204 })).toBe(
      '1.204 Tokens',
    );
    expect(t('Nobody has translated this')).toBe('Nobody has translated this');
  });

  it('takes markup and text in values as they are', () => {
    expect(t('<b>{name}</b>', { name: '<i>{x}</i>' })).toBe('<b><i>{x}</i></b>');
  });
});

it('puts elements into a sentence', async () => {
  await chooseLanguage('de');
  const box = document.createElement('p');
  render(rich('Paste {tag} here.', { tag: <code>x</code> }), box);
  expect(box.textContent).toBe('Hier x einfügen.');
  expect(box.querySelector('code')?.textContent).toBe('x');
});

it('remembers the choice, and turns the page around for Arabic', async () => {
  await chooseLanguage('ar');
  expect(document.documentElement.dir).toBe('rtl');
  await chooseLanguage('de');
  expect(document.documentElement.dir).toBe('ltr');
  expect(document.documentElement.lang).toBe('de');
  await startLanguage();
  expect(language()).toBe('de');
  expect(locale()).toBe('de');
});
