import { describe, expect, it } from 'vitest';
import { readDelta, readErrorCode, readMessage, readSummaries, readThread } from './wire.ts';

describe('what the service says', () => {
  it('may have members that are new', () => {
    const message = readMessage({
      id: 'm1',
      seq: 1,
      author: 'operator',
      author_name: 'Grace',
      text: 'Hello',
      content: [{ t: 'p', c: [] }],
      sent_at: '2026-01-01T00:00:00Z',
      verified: true,
      mood: 'good',
    });
    expect(message).toEqual({
      id: 'm1',
      seq: 1,
      author: 'operator',
      authorName: 'Grace',
      text: 'Hello',
      content: [{ t: 'p', c: [] }],
      sentAt: '2026-01-01T00:00:00Z',
      verified: true,
    });
  });

  it.each([null, undefined, 5, 'text', [], {}, { id: null }])('may be %j instead', (odd) => {
    expect(readMessage(odd)).toBeNull();
    expect(readDelta(odd)).toBeNull();
    expect(readSummaries(odd)).toEqual([]);
    expect(readErrorCode(odd)).toBe('');
    expect(readThread(odd)).toEqual({
      conversation: null,
      required: false,
      operator: '',
      form: [],
      readSeq: 0,
      visitor: { verified: false, email: '', firstName: '', lastName: '' },
      messages: [],
    });
  });

  it('names the visitor only as far as it knows', () => {
    const { visitor } = readThread({
      visitor: { verified: true, email: 'ada@example.com', first_name: 'Ada', last_name: null },
    });
    expect(visitor).toEqual({
      verified: true,
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: '',
    });
  });
});
