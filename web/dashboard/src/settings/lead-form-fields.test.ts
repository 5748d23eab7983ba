import { describe, expect, it } from 'vitest';
import { changesOf, formOf } from './lead-form-fields';

const SETTINGS = {
  'lead_form.mode': 'before_chat',
  'lead_form.fields': ['email', 'phone_number', 'first_name', 'of tomorrow'],
};

describe('who visitors are asked to be', () => {
  it('becomes a form, and only what was changed goes back', () => {
    const saved = formOf(SETTINGS);
    expect(saved).toEqual({
      mode: 'before_chat',
      fields: ['first_name', 'phone_number'],
    });
    expect(changesOf(saved, saved)).toEqual({});
    expect(changesOf(saved, { ...saved, mode: 'off', fields: ['first_name'] })).toEqual({
      'lead_form.mode': 'off',
      'lead_form.fields': ['first_name'],
    });
    expect(formOf({})).toEqual({ mode: 'off', fields: [] });
  });
});
