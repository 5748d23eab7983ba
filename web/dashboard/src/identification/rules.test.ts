import { describe, expect, it } from 'vitest';
import { changesOf, fieldNamed, formOf, problemsOf, type RulesForm, secondsOf } from './rules';

const SETTINGS = {
  'identification.session': 7_200,
  'identification.max_lifetime': null,
  'identification.replay': 'off',
  'identification.history': true,
  'identification.audience': null,
};
const form = formOf(SETTINGS);
const withChange = (change: Partial<RulesForm>): RulesForm => ({ ...form, ...change });

describe('lengths of time', () => {
  it.each([
    [7_200, '2', 'hours'],
    [5_400, '90', 'minutes'],
    [900, '15', 'minutes'],
    [86_400, '24', 'hours'],
    [1_000, '16.6667', 'minutes'],
  ])('a session of %d seconds is read as %s %s, and back', (seconds, amount, unit) => {
    const { session } = formOf({ ...SETTINGS, 'identification.session': seconds });
    expect(session).toEqual({ amount, unit });
    expect(secondsOf(session)).toBe(seconds);
  });

  it('a longest lifetime of a week is read in days', () => {
    const read = formOf({ ...SETTINGS, 'identification.max_lifetime': 604_800 });
    expect(read.maxLifetime).toEqual({ amount: '7', unit: 'days' });
  });
});

describe('changes', () => {
  it('are none where nothing was changed', () => {
    expect(changesOf(form, form)).toEqual({});
    expect(changesOf(form, withChange({ audience: ' ' }))).toEqual({});
  });

  it('name the settings that differ, and no other', () => {
    const changed = withChange({
      session: { amount: '30', unit: 'minutes' },
      replay: 'warn',
    });
    expect(changesOf(form, changed)).toEqual({
      'identification.session': 1_800,
      'identification.replay': 'warn',
    });
  });

  it('take an emptied field for none', () => {
    const saved = withChange({
      audience: 'shop',
      maxLifetime: { amount: '1', unit: 'hours' },
    });
    expect(changesOf(saved, form)).toEqual({
      'identification.audience': null,
      'identification.max_lifetime': null,
    });
  });
});

describe('problems', () => {
  it('are none of what the service says', () => {
    expect(problemsOf(form)).toEqual({});
  });

  it.each<[keyof RulesForm, Partial<RulesForm>]>([
    ['session', { session: { amount: '14', unit: 'minutes' } }],
    ['session', { session: { amount: '25', unit: 'hours' } }],
    ['session', { session: { amount: '', unit: 'hours' } }],
    ['session', { session: { amount: 'two', unit: 'hours' } }],
    ['maxLifetime', { maxLifetime: { amount: '4', unit: 'minutes' } }],
    ['maxLifetime', { maxLifetime: { amount: '367', unit: 'days' } }],
    ['audience', { audience: 'a'.repeat(256) }],
  ])('%s is wrong in %j', (field, change) => {
    expect(Object.keys(problemsOf(withChange(change)))).toEqual([field]);
  });

  it('of the service are shown at the field that it names', () => {
    expect(fieldNamed('identification.max_lifetime: a number of seconds')).toBe('maxLifetime');
    expect(fieldNamed('identification.audience must be')).toBe('audience');
    expect(fieldNamed('The disk is full.')).toBeNull();
  });
});
