import { describe, expect, it } from 'vitest';
import { changesOf, formOf, problemOf } from './visitors-form';

const SETTINGS = {
  'lead_form.mode': 'before_chat',
  'lead_form.fields': ['email', 'phone_number', 'first_name', 'of tomorrow'],
  allowed_origins: ['https://shop.example'],
};

describe('who visitors are asked to be', () => {
  it('becomes a form, and only what was changed goes back', () => {
    const saved = formOf(SETTINGS);
    expect(saved).toEqual({
      mode: 'before_chat',
      fields: ['first_name', 'phone_number'],
      origins: 'https://shop.example',
    });
    expect(changesOf(saved, saved)).toEqual({});
    expect(changesOf(saved, { ...saved, mode: 'off', fields: ['first_name'] })).toEqual({
      'lead_form.mode': 'off',
      'lead_form.fields': ['first_name'],
    });
    expect(formOf({})).toEqual({ mode: 'off', fields: [], origins: '' });
  });

  it('takes the origin of a pasted address, each once', () => {
    const saved = formOf({});
    const origins = 'https://Shop.example/tea?x=1\nhttps://shop.example http://localhost:3000/';
    expect(changesOf(saved, { ...saved, origins })).toEqual({
      allowed_origins: ['https://shop.example', 'http://localhost:3000'],
    });
  });

  it('says what is wrong before the service does', () => {
    const form = formOf(SETTINGS);
    expect(problemOf(form)).toBeNull();
    for (const wrong of ['shop.example', 'ftp://shop.example', 'https://', 'https://a b']) {
      expect(problemOf({ ...form, origins: wrong }), wrong).toContain('address of a website');
    }
    const many = Array.from({ length: 101 }, (_, at) => `https://s${at}.example`).join('\n');
    expect(problemOf({ ...form, origins: many })).toContain('100');
  });
});
