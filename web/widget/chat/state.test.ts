import { describe, expect, it } from 'vitest';
import { type Action, hasGap, INITIAL, NOBODY, reduce, type State, withDelta } from './state.ts';
import type { Author, Message, Thread } from './wire.ts';

const message = (seq: number, author: Author = 'visitor', id = `m${seq}`): Message => ({
  id,
  seq,
  author,
  authorName: '',
  text: `text ${seq}`,
  content: [],
  sentAt: '2026-01-01T00:00:00Z',
  verified: false,
});
const thread = (conversation: string | null, messages: Message[] = []): Thread => ({
  conversation,
  visitor: NOBODY,
  required: false,
  operator: '',
  form: [],
  readSeq: 0,
  messages,
});
const run = (...actions: Action[]): State => actions.reduce(reduce, INITIAL);
const loaded = (...messages: Message[]): Action => ({
  type: 'loaded',
  thread: thread('c1', messages),
  known: new Set(),
  replace: false,
});
const queued = (clientId: string): Action => ({
  type: 'queued',
  clientId,
  text: `of ${clientId}`,
  by: '',
});
const accepted = (clientId: string, seq: number): Action => ({
  type: 'accepted',
  clientId,
  conversation: 'c1',
  message: message(seq),
});
const ids = (state: State) => state.messages.map(({ id }) => id);

describe('a reply that failed before the page was opened', () => {
  it('is told by the stream, whichever of the two answers is faster', () => {
    const told: Action = { type: 'reply_failed', replyId: 'r1' };
    for (const actions of [
      [told, loaded(message(1))],
      [loaded(message(1)), told],
    ]) {
      expect(run(...actions).reply).toEqual({ id: 'r1', phase: 'failed' });
    }
    expect(run(told, loaded(message(1), message(2, 'assistant', 'r1'))).reply).toBeNull();
  });
});

describe('loading', () => {
  it('shows what the service says', () => {
    const state = run(loaded(message(1), message(2, 'assistant')));
    expect(state).toMatchObject({ phase: 'ready', conversation: 'c1' });
    expect(ids(state)).toEqual(['m1', 'm2']);
  });

  it('loses nothing that came meanwhile to an older answer', () => {
    const state = run(
      loaded(message(1)),
      { type: 'received', message: message(2) },
      loaded(message(1)),
    );
    expect(ids(state)).toEqual(['m1', 'm2']);
    expect(
      ids(
        run(queued('a'), accepted('a', 1), {
          type: 'loaded',
          thread: thread(null),
          known: new Set(),
          replace: false,
        }),
      ),
    ).toEqual(['m1']);
  });

  it('replaces everything for another visitor token', () => {
    const state = run(loaded(message(1)), {
      type: 'loaded',
      thread: thread(null),
      known: new Set(['m1']),
      replace: true,
    });
    expect(state).toMatchObject({ conversation: null, messages: [] });
  });

  it('fails only where there was nothing yet', () => {
    expect(run({ type: 'load_failed' }).phase).toBe('failed');
    expect(run(loaded(), { type: 'load_failed' }).phase).toBe('ready');
  });

  it('forgets everything when the visitor changes', () => {
    const state = run(
      loaded(message(1)),
      queued('a'),
      { type: 'line', line: 'offline' },
      { type: 'emptied', left: false },
    );
    expect(state).toEqual({ ...INITIAL, line: 'offline' });
  });
});

describe('sending', () => {
  it('moves a message from the outbox to the conversation, and awaits an answer', () => {
    const state = run(loaded(), queued('a'), accepted('a', 1));
    expect(state.outbox).toEqual([]);
    expect(ids(state)).toEqual(['m1']);
    expect(state.reply).toEqual({ id: '', phase: 'waiting' });
  });

  it('awaits nothing where the answer came first', () => {
    const state = run(
      queued('a'),
      { type: 'received', message: message(2, 'assistant') },
      accepted('a', 1),
    );
    expect(state.reply).toBeNull();
    expect(ids(state)).toEqual(['m1', 'm2']);
  });

  it('shows a message once, whichever way it comes first', () => {
    const own = { ...message(1), text: 'of a' };
    const early = run(queued('a'), { type: 'received', message: own });
    expect(early).toMatchObject({ outbox: [], messages: [own] });
    expect(reduce(early, { ...accepted('a', 1), message: own } as Action)).toMatchObject({
      outbox: [],
      messages: [own],
    });
  });

  it('holds back what was written after a message that failed', () => {
    const state = run(queued('a'), queued('b'), {
      type: 'rejected',
      clientId: 'a',
      problem: 'network',
    });
    expect(state.outbox.map(({ problem }) => problem)).toEqual(['network', 'network']);
    expect(reduce(state, { type: 'resent' }).outbox.map(({ problem }) => problem)).toEqual([
      null,
      null,
    ]);
  });

  it('does not let a text that is never taken hold up the rest', () => {
    const state = run(
      queued('a'),
      queued('b'),
      { type: 'rejected', clientId: 'a', problem: 'invalid' },
      { type: 'resent' },
    );
    expect(state.outbox.map(({ problem }) => problem)).toEqual(['invalid', null]);
    expect(reduce(state, { type: 'withdrawn', clientId: 'a' }).outbox).toHaveLength(1);
  });
});

describe('a reply', () => {
  const asked = [loaded(), queued('a'), accepted('a', 1)];
  const written: Action = { type: 'reply_written', replyId: 'r1' };

  it('becomes the message of the same id', () => {
    const state = run(...asked, written);
    expect(state.reply).toEqual({ id: 'r1', phase: 'writing' });
    expect(reduce(state, written)).toBe(state);
    const done = reduce(state, { type: 'received', message: message(2, 'assistant', 'r1') });
    expect(done.reply).toBeNull();
    expect(reduce(done, written)).toBe(done);
    expect(reduce(done, { type: 'reply_failed', replyId: 'r1' })).toBe(done);
  });

  it('goes on while the visitor writes', () => {
    const state = run(...asked, written, { type: 'received', message: message(2) });
    expect(state.reply?.phase).toBe('writing');
  });

  it.each([
    ['waiting', []],
    ['writing', [written]],
  ] as [string, Action[]][])(
    'ends when an operator takes over while it is %s',
    (_phase, actions) => {
      const state = run(...asked, ...actions, {
        type: 'received',
        message: message(2, 'operator'),
      });
      expect(state.reply).toBeNull();
    },
  );

  it('can fail and be asked for again', () => {
    const failed = run(...asked, written, { type: 'reply_failed', replyId: 'r1' });
    expect(failed.reply).toEqual({ id: 'r1', phase: 'failed' });
    expect(reduce(failed, { type: 'reply_retried', replyId: 'r1' }).reply?.phase).toBe('waiting');
  });

  it('is not waited for without end', () => {
    expect(run(...asked, { type: 'reply_given_up' }).reply).toBeNull();
    expect(run(...asked, written, { type: 'reply_given_up' }).reply?.phase).toBe('writing');
  });
});

describe('the text of a reply', () => {
  const delta = (offset: number, text: string, replyId = 'r1') => ({ replyId, offset, text });

  it('is its deltas joined, with offsets in Unicode characters', () => {
    const first = withDelta(null, delta(0, 'a\u{1F4E6}'));
    expect(withDelta(first, delta(2, 'b'))).toEqual({
      replyId: 'r1',
      text: 'a\u{1F4E6}b',
      length: 3,
    });
  });

  it('is the same when deltas come twice or overlap', () => {
    const text = withDelta(null, delta(0, 'h\u{1F4E6}llo'));
    expect(withDelta(text, delta(0, 'h\u{1F4E6}llo'))).toEqual(text);
    expect(withDelta(text, delta(2, 'llo, you'))?.text).toBe('h\u{1F4E6}llo, you');
  });

  it('begins anew with another reply', () => {
    expect(withDelta(withDelta(null, delta(0, 'old')), delta(0, 'new', 'r2'))?.text).toBe('new');
  });

  it('is unknown where a part is missing', () => {
    expect(withDelta(null, delta(5, 'late'))).toBeNull();
    expect(withDelta(withDelta(null, delta(0, 'a')), delta(3, 'd'))).toBeNull();
  });
});

it('a gap is a number that is missing between two messages', () => {
  expect(hasGap([message(3), message(4)])).toBe(false);
  expect(hasGap([message(3), message(5)])).toBe(true);
  expect(hasGap([])).toBe(false);
});

describe('a person who takes over', () => {
  const takenOver = (...messages: Message[]): Action => ({
    type: 'loaded',
    thread: { ...thread('c1', messages), operator: 'Grace' },
    known: new Set(messages.map(({ id }) => id)),
    replace: false,
  });

  it('ends what the assistant was writing', () => {
    const state = run(
      loaded(message(1)),
      { type: 'reply_written', replyId: 'r' },
      takenOver(message(1)),
      { type: 'reply_written', replyId: 'r' },
    );
    expect([state.operator, state.reply]).toEqual(['Grace', null]);
  });

  it('is not waited for as the assistant is', () => {
    const state = run(takenOver(), queued('a'), accepted('a', 1));
    expect(state.reply).toBeNull();
    const after = run(takenOver(), loaded(), queued('a'), accepted('a', 1));
    expect([after.operator, after.reply?.phase]).toEqual(['', 'waiting']);
  });
});
