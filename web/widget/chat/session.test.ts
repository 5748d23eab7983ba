import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Port } from '../port.ts';
import { createSession, type Session } from './session.ts';
import { createStore, type Store } from './store.ts';

const BASE = 'https://chat.example.com/widget/AbCdEfGhIjKlMnOpQrSt';
const ANONYMOUS = { verified: false, email: null, first_name: null, last_name: null };
const ADA = { verified: true, email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace' };

interface Call {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: { client_id: string; text: string };
}

let token: string;
let store: Store;
let session: Session;
let calls: Call[];
/** How each call is answered; a path without an entry is not. */
let answers: Record<string, (call: Call) => Response | Promise<Response>>;
let lines: ReadableStreamDefaultController<Uint8Array>[];
let port: Port;

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const message = (seq: number, author: string, text: string, more = {}) => ({
  id: `m${seq}`,
  seq,
  author,
  author_name: author === 'visitor' ? null : 'Assistant',
  text,
  content: [],
  sent_at: '2026-01-01T00:00:00Z',
  verified: false,
  ...more,
});
const conversation = (visitor: object, ...messages: object[]) =>
  json(200, { conversation: messages.length ? { id: 'c1' } : null, visitor, messages });
const tell = (event: string, data: unknown, id?: string) => {
  const text = `${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  lines.at(-1)?.enqueue(new TextEncoder().encode(text));
};
const texts = () => store.state.value.messages.map(({ text }) => text);
const callsTo = (path: string) => calls.filter((call) => call.path === path);
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 3000, interval: 5 });

const listeners: [string, EventListener][] = [];
const add = window.addEventListener.bind(window);
vi.spyOn(globalThis, 'addEventListener').mockImplementation((type: string, listener: unknown) => {
  listeners.push([type, listener as EventListener]);
  add(type, listener as EventListener);
});

beforeEach(() => {
  token = 'first-token';
  calls = [];
  lines = [];
  answers = {
    conversation: () => conversation(ANONYMOUS),
    messages: ({ body }) =>
      json(201, { conversation_id: 'c1', message: message(1, 'visitor', body.text) }),
    events: () => new Response(new ReadableStream({ start: (line) => void lines.push(line) })),
  };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const path = url.slice(BASE.length + 1);
    const call = {
      method: init.method ?? 'GET',
      path,
      headers: init.headers as Record<string, string>,
      body: init.body ? JSON.parse(String(init.body)) : null,
    };
    calls.push(call);
    const answer = answers[path];
    if (!answer) throw new TypeError('Failed to fetch');
    return answer(call);
  });
  port = {
    root: document.createElement('div').attachShadow({ mode: 'open' }),
    base: BASE,
    name: 'Example Shop',
    token: () => token,
    renew: vi.fn(),
    begin: vi.fn(),
    verified: vi.fn(),
    received: vi.fn(),
    closed: vi.fn(),
  };
  store = createStore();
  session = createSession(port, store);
});

afterEach(() => {
  window.dispatchEvent(new Event('pagehide'));
  for (const [type, listener] of listeners.splice(0)) window.removeEventListener(type, listener);
  vi.unstubAllGlobals();
});

async function opened() {
  session.open();
  await until(() => store.state.value.phase === 'ready' && lines.length > 0);
}
function becomes(next: string, identified = false) {
  token = next;
  session.refresh(identified);
}
function say(text: string) {
  store.input.value = text;
  session.send();
}

describe('a conversation', () => {
  it('asks for nothing before it is opened', async () => {
    expect(calls).toEqual([]);
    await opened();
    expect(calls.map(({ path }) => path).sort()).toEqual(['conversation', 'events']);
    expect(calls[0]?.headers.Authorization).toBe('Bearer first-token');
    expect(port.verified).toHaveBeenCalledWith(false);
  });

  it('sends a message, shows the answer as it is written, and then the message', async () => {
    await opened();
    say('  Hello  ');
    expect(store.input.value).toBe('');
    await until(() => store.state.value.reply?.phase === 'waiting');
    expect(texts()).toEqual(['Hello']);

    tell('delta', { reply_id: 'm2', offset: 0, text: 'Good ' });
    tell('delta', { reply_id: 'm2', offset: 5, text: 'day' });
    await until(() => store.writing.value === 'Good day');
    expect(store.state.value.reply).toEqual({ id: 'm2', phase: 'writing' });

    const answer = message(2, 'assistant', 'Good day');
    tell('message', answer, 'e2');
    await until(() => store.state.value.reply === null);
    expect(texts()).toEqual(['Hello', 'Good day']);
    expect(store.news.value).toBe('Assistant: Good day');
    expect(port.received).toHaveBeenCalledWith(answer);
  });

  it('tells the page of the visitor’s message once, though the call was answered first', async () => {
    await opened();
    say('Hello');
    await until(() => texts().length === 1);
    expect(port.received).not.toHaveBeenCalled();
    tell('message', message(1, 'visitor', 'Hello'), 'e1');
    await until(() => vi.mocked(port.received).mock.calls.length > 0);
    expect(texts()).toEqual(['Hello']);
    expect(port.received).toHaveBeenCalledTimes(1);
  });

  it('sends nothing that is empty or too long', async () => {
    await opened();
    for (const text of ['', '  \n', 'x'.repeat(4001)]) {
      say(text);
      expect(store.input.value).toBe(text);
    }
    say('\u{1F4E6}'.repeat(4000));
    expect(store.input.value).toBe('');
    await until(() => callsTo('messages').length === 1);
  });

  it('looks again when it hears that the visitor has changed, or misses a message', async () => {
    await opened();
    tell('visitor', {});
    await until(() => callsTo('conversation').length === 2);
    tell('message', message(1, 'assistant', 'one'), 'e1');
    tell('message', message(3, 'assistant', 'three'), 'e3');
    await until(() => callsTo('conversation').length === 3);
  });

  it('resumes its events after the last that came', async () => {
    await opened();
    tell('message', message(1, 'assistant', 'one'), 'e1');
    await until(() => texts().length === 1);
    lines.at(-1)?.close();
    await until(() => lines.length === 2);
    expect(callsTo('events').at(-1)?.headers['Last-Event-ID']).toBe('e1');
  });

  it('opens a new line where a part of an answer is missing', async () => {
    await opened();
    tell('delta', { reply_id: 'm2', offset: 7, text: 'late' });
    await until(() => lines.length === 2);
    tell('delta', { reply_id: 'm2', offset: 0, text: 'not so late' });
    await until(() => store.writing.value === 'not so late');
  });

  it('counts what comes while it is closed', async () => {
    await opened();
    session.close();
    tell('message', message(1, 'assistant', 'one'), 'e1');
    await until(() => store.unread.value === 1);
    session.open();
    expect(store.unread.value).toBe(0);
  });
});

describe('a message that is not sent', () => {
  const problem = () => store.state.value.outbox[0]?.problem;

  it.each([
    [503, 'unavailable', 'unavailable'],
    [429, 'rate_limited', 'rate_limited'],
    [403, 'identification_required', 'identification_required'],
    [422, 'invalid', 'invalid'],
  ])('says why after %i', async (status, code, expected) => {
    await opened();
    answers.messages = () => json(status, { error: { code, message: '' } });
    say('Hello');
    await until(() => problem() === expected);
  });

  it('goes out as the same message when the network is back', async () => {
    await opened();
    const send = answers.messages;
    delete answers.messages;
    say('one');
    say('two');
    await until(() => store.state.value.outbox.every((item) => item.problem === 'network'));
    if (send) answers.messages = send;
    window.dispatchEvent(new Event('online'));
    await until(() => store.state.value.outbox.length === 0);
    const sent = callsTo('messages').map(({ body }) => body);
    expect(sent.map(({ text }) => text)).toEqual(['one', 'one', 'two']);
    expect(sent[0]?.client_id).toBe(sent[1]?.client_id);
    expect(sent[0]?.client_id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-/);
  });

  it('goes out when the visitor has signed in', async () => {
    await opened();
    const send = answers.messages;
    answers.messages = () => json(403, { error: { code: 'identification_required' } });
    say('Hello');
    await until(() => problem() === 'identification_required');
    if (send) answers.messages = send;
    becomes('second-token', true);
    await until(() => store.state.value.outbox.length === 0);
    expect(callsTo('messages').at(-1)?.headers.Authorization).toBe('Bearer second-token');
  });

  it('comes back to be edited where its visitor is no more', async () => {
    await opened();
    answers.messages = () => json(401, { error: { code: 'visitor_token_ended' } });
    vi.mocked(port.renew).mockImplementation(() => becomes('second-token'));
    say('Hello');
    await until(() => store.input.value === 'Hello');
    expect(port.renew).toHaveBeenCalledWith('first-token');
    expect(store.state.value.outbox).toEqual([]);
  });
});

describe('another visitor', () => {
  it('sees an empty chat at once, and what was typed', async () => {
    answers.conversation = () => conversation(ANONYMOUS, message(1, 'visitor', 'private'));
    await opened();
    store.input.value = 'half a sentence';
    answers.conversation = () => conversation(ANONYMOUS);
    becomes('second-token');
    expect(store.state.value).toMatchObject({ phase: 'loading', messages: [], outbox: [] });
    expect(store.input.value).toBe('half a sentence');
    await until(() => store.state.value.phase === 'ready' && lines.length === 2);
    expect(callsTo('events').at(-1)?.headers).not.toHaveProperty('Last-Event-ID');
  });

  it('is not a visitor who is identified: the conversation stays while it is read anew', async () => {
    answers.conversation = () => conversation(ANONYMOUS, message(1, 'visitor', 'mine'));
    await opened();
    answers.conversation = () => conversation(ADA, message(1, 'visitor', 'mine'));
    becomes('second-token', true);
    expect(texts()).toEqual(['mine']);
    await until(() => store.state.value.visitor.firstName === 'Ada');
    expect(port.verified).toHaveBeenLastCalledWith(true);
  });

  it('is whoever is identified after another customer', async () => {
    answers.conversation = () => conversation(ADA, message(1, 'visitor', 'private'));
    await opened();
    becomes('second-token', true);
    expect(store.state.value.messages).toEqual([]);
  });

  it('does not get an answer that was meant for the first', async () => {
    let answer: (answer: Response) => void = () => {};
    answers.conversation = () => new Promise((go) => (answer = go));
    session.open();
    await until(() => callsTo('conversation').length === 1);
    const late = answer;
    answers.conversation = () => conversation(ANONYMOUS);
    becomes('second-token');
    late(conversation(ADA, message(1, 'visitor', 'private')));
    await until(() => store.state.value.phase === 'ready');
    expect(texts()).toEqual([]);
  });
});

describe('a visitor token that the service refuses', () => {
  it('is exchanged, but not without end', async () => {
    answers.conversation = () => json(401, { error: { code: 'visitor_token_ended' } });
    let next = 0;
    vi.mocked(port.renew).mockImplementation(() => becomes(`token-${next++}`));
    session.open();
    await until(() => store.state.value.phase === 'failed');
    expect(next).toBe(3);
  });
});

describe('a new conversation', () => {
  it('has the token that the service gives', async () => {
    await opened();
    answers.new_conversation = () => json(200, { visitor_token: 'fresh-token' });
    expect(await session.startConversation()).toBeNull();
    expect(port.begin).toHaveBeenCalledWith('fresh-token');
  });

  it('does not begin without one', async () => {
    await opened();
    expect(await session.startConversation()).toBe('network');
    expect(port.begin).not.toHaveBeenCalled();
    await until(() => lines.length === 2);
  });
});

describe('a reply that failed', () => {
  it('can be asked for again', async () => {
    await opened();
    tell('reply_failed', { reply_id: 'm/2' });
    await until(() => store.state.value.reply?.phase === 'failed');
    answers['replies/m%2F2/retry'] = () => json(202, {});
    session.retryReply('m/2');
    expect(store.state.value.reply?.phase).toBe('waiting');
    await until(() => callsTo('replies/m%2F2/retry').length === 1);
  });
});
