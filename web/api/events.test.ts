import { afterEach, describe, expect, it, vi } from 'vitest';
import { createParser, readEvents, type StreamEvent } from './events.ts';

function parse(chunks: string[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const feed = createParser((event) => events.push(event));
  for (const chunk of chunks) feed(chunk);
  return events;
}

const TEXT =
  ': hello\n\nid: 7\nevent: message\ndata: {"a":1}\n\nevent: delta\ndata: one\ndata:two\n\ndata\n\nid: 8\n\nretry: 5\n\n';
const EVENTS = [
  { id: '7', type: 'message', data: '{"a":1}' },
  { id: null, type: 'delta', data: 'one\ntwo' },
  { id: null, type: 'message', data: '' },
];

describe('the parser', () => {
  it('reads events, and leaves out comments and what has no data', () => {
    expect(parse([TEXT])).toEqual(EVENTS);
  });

  it.each([['\n'], ['\r\n'], ['\r']])('reads lines that end in %j, cut anywhere', (end) => {
    const text = `${TEXT.replaceAll('\n', end)}:end${end}`;
    for (let cut = 0; cut <= text.length; cut++) {
      expect(parse([text.slice(0, cut), text.slice(cut)])).toEqual(EVENTS);
    }
    expect(parse([...text])).toEqual(EVENTS);
  });

  it('keeps what is not complete', () => {
    expect(parse(['data: half'])).toEqual([]);
  });
});

describe('a stream', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const read = async (response: Response | Error, signal = new AbortController().signal) => {
    vi.stubGlobal('fetch', async () => {
      if (response instanceof Error) throw response;
      return response;
    });
    const events: StreamEvent[] = [];
    const opened = vi.fn();
    const end = await readEvents({
      url: 'https://chat.example.com/events',
      headers: {},
      signal,
      opened,
      received: (event) => events.push(event),
    });
    return { events, end, opened: opened.mock.calls.length };
  };

  it('ends when the service ends it', async () => {
    const result = await read(new Response('data: \u00e9\n\n'));
    expect(result).toEqual({
      events: [{ id: null, type: 'message', data: '\u00e9' }],
      end: { reason: 'ended' },
      opened: 1,
    });
  });

  it('tells why it was refused', async () => {
    const body = '{"error":{"code":"visitor_token_ended","message":""}}';
    const response = new Response(body, { status: 401, headers: { 'Retry-After': '3' } });
    expect((await read(response)).end).toEqual({
      reason: 'refused',
      status: 401,
      code: 'visitor_token_ended',
      retryAfter: '3',
    });
  });

  it('tells a lost network from an end that was wanted', async () => {
    expect((await read(new TypeError('lost'))).end).toEqual({ reason: 'network' });
    const abort = new AbortController();
    abort.abort();
    expect((await read(new TypeError('lost'), abort.signal)).end).toEqual({ reason: 'aborted' });
  });
});
