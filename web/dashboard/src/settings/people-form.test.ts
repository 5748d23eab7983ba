import { expect, it } from 'vitest';
import { changesOf, fieldNamed, formOf, problemsOf } from './people-form';

const saved = formOf({ 'escalation.mail': true, 'escalation.emails': ['a@shop.example'] });

it('reads settings, and writes what changed', () => {
  expect(saved).toEqual({ mail: true, emails: 'a@shop.example' });
  expect(changesOf(saved, saved)).toEqual({});
  expect(changesOf(saved, { mail: false, emails: ' a@shop.example\n\n' })).toEqual({
    'escalation.mail': false,
  });
  expect(changesOf(saved, { mail: true, emails: 'a@shop.example, b@shop.example' })).toEqual({
    'escalation.emails': ['a@shop.example', 'b@shop.example'],
  });
  expect(changesOf(saved, { mail: true, emails: '' })).toEqual({ 'escalation.emails': [] });
});

it('says what is wrong with an address', () => {
  expect(problemsOf(saved)).toEqual({});
  expect(problemsOf({ mail: true, emails: 'a@shop.example\nb' }).emails).toContain('“b”');
  expect(fieldNamed('escalation.emails must be a list')).toBe('emails');
  expect(fieldNamed('lead_form.mode must be')).toBeNull();
  const many = Array.from({ length: 21 }, (_, at) => `p${at}@shop.example`).join('\n');
  expect(problemsOf({ mail: true, emails: many }).emails).toContain('20');
});
