import { describe, expect, it } from 'vitest';
import type { TrialEvent } from '../../../api/dashboard';
import { asked, ended, heard, said, type Talk } from './talk';

function told(talk: Talk, ...events: TrialEvent[]): Talk {
  return events.reduce(heard, talk);
}

const CALL: TrialEvent = {
  type: 'call',
  name: 'look_up_order',
  arguments: '{"order_number":"1001"}',
  filled: { customer_email: 'ada@example.com' },
};

describe('a talk', () => {
  it('grows with what is told, and says what was looked up', () => {
    const talk = told(
      asked([], 'Where is it?'),
      { type: 'delta', text: 'Let me ' },
      { type: 'delta', text: 'look.' },
      CALL,
      { type: 'outcome', answer: { found: true } },
      { type: 'answer', text: 'Let me look. Here.', content: [] },
    );
    expect(talk).toHaveLength(2);
    expect(talk[1]).toEqual({
      author: 'assistant',
      text: 'Let me look. Here.',
      content: [],
      failure: null,
      steps: [
        {
          name: 'look_up_order',
          arguments: '{"order_number":"1001"}',
          filled: { customer_email: 'ada@example.com' },
          answer: { found: true },
        },
      ],
    });
    expect(said(talk)).toEqual([
      { author: 'visitor', text: 'Where is it?' },
      { author: 'assistant', text: 'Let me look. Here.' },
    ]);
  });

  it('goes on after an answer that failed, which was never said', () => {
    const failed = told(asked([], 'Hello'), { type: 'failed', reason: 'no' });
    expect(said(asked(failed, 'Again')).map(({ text }) => text)).toEqual(['Hello', 'Again']);
    expect(ended(failed, 'stopped')).toBe(failed);
    expect(ended(asked([], 'Hello'), 'stopped')[1]).toMatchObject({ failure: 'stopped' });
    expect(heard([], CALL)).toEqual([]);
  });
});
