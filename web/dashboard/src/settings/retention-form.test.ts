import { describe, expect, it } from 'vitest';
import { changesOf, daysOf, fieldNamed, formOf, problemsOf } from './retention-form';

describe('how long things are kept', () => {
  it('is a number of days, or empty for ever', () => {
    const saved = formOf({ 'retention.conversations': 90, 'retention.leads': null });
    expect(saved).toEqual({ conversations: '90', leads: '' });
    expect(changesOf(saved, { conversations: ' 90 ', leads: ' ' })).toEqual({});
    expect(changesOf(saved, { conversations: '', leads: '30' })).toEqual({
      'retention.conversations': null,
      'retention.leads': 30,
    });
    expect(daysOf('a')).toBeNaN();
  });

  it('is told what is wrong with it', () => {
    for (const wrong of ['0', '-1', '1.5', '3651', 'a']) {
      expect(Object.keys(problemsOf({ conversations: wrong, leads: '1' }))).toEqual([
        'conversations',
      ]);
    }
    expect(problemsOf({ conversations: '', leads: '3650' })).toEqual({});
    expect(fieldNamed('retention.leads must be a number')).toBe('leads');
  });
});
