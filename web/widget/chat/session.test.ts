import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Port } from '../port.ts';
import english from '../words/en.json';
import { createSession, type Session } from './session.ts';
import { createStore, type Store } from './store.ts';
import { speak } from './words.ts';

const BASE = 'https://chat.example.com/widget/AbCdEfGhIjKlMnOpQrSt';
const ANONYMOUS = { verified: false, email: null, first_name: null, last_name: null };
const BEN = { verified: true, email: 'ben@example.com', first_name: 'Ben', last_name: null };
const ADA = { verified: true, email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace' };

const SAY = { language: 'en', name: 'Example Shop', questions: [], words: english.chat };
vi.mock('../loader/code.ts', () => ({ fetchCode: async () => ({ default: english.form }) }));

interface Call {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: { client_id: string; text: string; verified?: boolean };
}

let token: string;
let store: Store;
let session: Session;
let calls: Call[];
/** How each call is answered; a path without an entry is not. */
let answers: Record<string, (call: Call) => Response | Promise<Response>>;
let lines: ReadableStreamDefaultController<Uint8Array>[];
let port: Port;
let left: boolean;

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
/** The same where strangers may not write. */
const closed = (visitor: { verified: boolean }, ...messages: object[]) =>
  json(200, {
    conversation: messages.length ? { id: 'c1' } : null,
    visitor,
    identification_required: !visitor.verified,
    messages,
  });
const tell = (event: string, data: unknown, id?: string) => {
  const text = `${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  lines.at(-1)?.enqueue(new TextEncoder().encode(text));
};
const texts = () => store.state.value.messages.map(({ text }) => text);
const problem = () => store.state.value.outbox[0]?.problem;
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
  left = false;
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
    say: { default: SAY },
    token: () => token,
    tab: () => sessionStorage,
    left: () => left,
    renew: vi.fn(),
    startOver: vi.fn(),
    standing: vi.fn(),
    received: vi.fn(),
    closed: vi.fn(),
  };
  speak(SAY);
  store = createStore();
  session = createSession(port, store);
});

afterEach(() => {
  window.dispatchEvent(new Event('pagehide'));
  for (const [type, listener] of listeners.splice(0)) window.removeEventListener(type, listener);
  sessionStorage.clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
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
  store.type(text);
  session.send();
}

describe('a conversation', () => {
  it('asks for nothing before it is opened', async () => {
    expect(calls).toEqual([]);
    await opened();
    expect(calls.map(({ path }) => path).sort()).toEqual(['conversation', 'events']);
    expect(calls[0]?.headers.Authorization).toBe('Bearer first-token');
    expect(port.standing).toHaveBeenCalledWith(false);
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
    expect(store.state.value.outbox).toEqual([]);
    await until(() => vi.mocked(port.renew).mock.calls.length > 0);
    expect(port.renew).toHaveBeenCalledWith('first-token');
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
    expect(port.standing).toHaveBeenLastCalledWith(true);
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

describe('a customer whose identity has lapsed', () => {
  /** The service as it is for customers: it takes no text in the name of somebody it does not know. */
  let known: typeof ADA | typeof ANONYMOUS | typeof BEN;
  const sent = () =>
    callsTo('messages')
      .map(({ body }) => body)
      .filter(({ verified }) => !verified || known.verified);
  const unsent = () => store.state.value.outbox.map(({ text, problem }) => [text, problem]);
  const lapse = async () => {
    known = ANONYMOUS;
    tell('visitor', {});
    await until(() => !store.state.value.visitor.verified);
  };
  const identify = (as: typeof known, next: string) => {
    known = as;
    becomes(next, true);
  };

  beforeEach(async () => {
    known = ADA;
    answers.conversation = () => conversation(known);
    const send = answers.messages;
    answers.messages = (call) =>
      call.body.verified && !known.verified
        ? json(403, { error: { code: 'identification_required' } })
        : (send?.(call) ?? json(500, {}));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await opened();
  });

  it('says what is theirs in their name', async () => {
    say('Hello');
    await until(() => texts().length === 1);
    expect(callsTo('messages')[0]?.body).toMatchObject({ text: 'Hello', verified: true });
  });

  it('waits with what was typed before, and sends it when the page has identified them', async () => {
    store.type('Where is my order?');
    await lapse();
    expect(port.standing).toHaveBeenLastCalledWith(false);
    session.send();
    await until(() => unsent().length === 1);
    expect(unsent()).toEqual([['Where is my order?', 'unconfirmed']]);
    expect(store.state.value.confirming).toBe('waiting');
    await until(() => store.news.value.startsWith('Confirming'));
    expect(callsTo('messages')).toHaveLength(0);

    identify(ADA, 'second-token');
    await until(() => texts().includes('Where is my order?'));
    expect(sent()).toHaveLength(1);
    expect(callsTo('messages').at(-1)).toMatchObject({
      headers: { Authorization: 'Bearer second-token' },
      body: { verified: true },
    });
    expect(store.state.value.confirming).toBe('no');
  });

  it('keeps what is half typed, and it is theirs still', async () => {
    store.type('Where is');
    await lapse();
    identify(ADA, 'second-token');
    // Nobody else may see it in between.
    expect(store.input.value).toBe('');
    await until(() => store.input.value === 'Where is');
    store.type('Where is my order?');
    session.send();
    await until(() => sent().length === 1);
  });

  it('does not become a stranger on the way', async () => {
    known = ANONYMOUS;
    say('Where is my order?');
    await until(() => store.state.value.confirming === 'waiting');
    await until(() => vi.mocked(port.standing).mock.lastCall?.[0] === false);
    expect(texts()).toEqual([]);
    identify(ADA, 'second-token');
    await until(() => texts().includes('Where is my order?'));
  });

  it('is asked after ten seconds, and may send it without a name', async () => {
    store.type('Where is my order?');
    await lapse();
    session.send();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(store.state.value.confirming).toBe('waiting');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(store.state.value.confirming).toBe('asking');
    expect(callsTo('messages')).toHaveLength(0);
    expect(store.news.value).toContain('without being signed in?');
    session.disown();
    await until(() => texts().length === 1);
    expect(callsTo('messages')[0]?.body).not.toHaveProperty('verified');
  });

  it('may keep it, write on, and it goes out when they are back', async () => {
    store.type('Where is my order?');
    await lapse();
    session.send();
    await vi.advanceTimersByTimeAsync(11_000);
    session.keep();
    expect(unsent()).toEqual([['Where is my order?', 'kept']]);
    say('Anybody here?');
    await until(() => sent().length === 1);
    expect(sent()[0]).not.toHaveProperty('verified');
    await until(() => unsent().length === 1);
    expect(unsent()).toEqual([['Where is my order?', 'kept']]);

    identify(ADA, 'second-token');
    await until(() => store.state.value.outbox.length === 0 && sent().length === 2);
    expect(sent()[1]).toMatchObject({ text: 'Where is my order?', verified: true });
  });

  it('is asked at once about a text that was typed before and is sent much later', async () => {
    store.type('Where is my order?');
    await lapse();
    await vi.advanceTimersByTimeAsync(60_000);
    session.send();
    expect(store.state.value.confirming).toBe('asking');
    expect(unsent()).toEqual([['Where is my order?', 'unconfirmed']]);
  });

  it('is a stranger who begins to type after that', async () => {
    await lapse();
    await vi.advanceTimersByTimeAsync(11_000);
    say('Hello');
    await until(() => texts().length === 1);
    expect(callsTo('messages')[0]?.body).not.toHaveProperty('verified');
  });

  it('leaves nothing to the next customer, sent, unsent or half typed', async () => {
    answers.conversation = () => conversation(known, message(1, 'visitor', 'private'));
    session.reload();
    await until(() => texts().length === 1);
    delete answers.messages;
    say('unsent');
    await until(() => unsent().length === 1);
    store.type('half typed');
    identify(BEN, 'second-token');
    const everything = () =>
      JSON.stringify([{ ...store.state.value, held: [] }, store.input, store.news, store.writing]);
    expect(everything()).not.toMatch(/private|typed|unsent/);
    answers.conversation = () => conversation(known);
    session.reload();
    await until(() => store.state.value.visitor.email === BEN.email);
    expect(store.state.value.held).toEqual([]);
    expect(everything()).not.toMatch(/private|typed|unsent/);
    const calls = callsTo('messages').length;
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(callsTo('messages')).toHaveLength(calls);
  });

  it('is sent under no token that the chat does not know yet', async () => {
    // The page has identified another customer, and the chat is about to hear of it.
    known = BEN;
    token = 'second-token';
    say('of Ada');
    await vi.advanceTimersByTimeAsync(100);
    expect(callsTo('messages')).toHaveLength(0);
    becomes('second-token', true);
    await until(() => store.state.value.visitor.email === BEN.email);
    expect(store.state.value.outbox).toEqual([]);
    expect(callsTo('messages')).toHaveLength(0);
  });

  it('leaves nothing behind when they sign out', async () => {
    delete answers.messages;
    say('unsent');
    await until(() => unsent()[0]?.[1] === 'network');
    store.type('half typed');
    left = true;
    known = ANONYMOUS;
    becomes('second-token');
    expect(store.input.value).toBe('');
    expect(store.state.value).toMatchObject({ outbox: [], held: [] });
    left = false;
    identify(ADA, 'third-token');
    await until(() => store.state.value.visitor.verified);
    expect(store.input.value).toBe('');
    expect(unsent()).toEqual([]);
  });

  it('has their text back after the merchant has ended the identity, if they are back in time', async () => {
    store.type('half typed');
    known = ANONYMOUS;
    becomes('second-token');
    expect(store.input.value).toBe('');
    await until(() => store.state.value.phase === 'ready');
    identify(ADA, 'third-token');
    await until(() => store.input.value === 'half typed');

    known = ANONYMOUS;
    becomes('fourth-token');
    await until(() => store.state.value.phase === 'ready');
    await vi.advanceTimersByTimeAsync(11_000);
    identify(ADA, 'fifth-token');
    await until(() => store.state.value.visitor.verified);
    expect(store.input.value).toBe('');
  });

  it('goes on typing in a conversation that they have just begun', async () => {
    store.type('half typed');
    answers.new_conversation = () => json(200, { visitor_token: 'second-token' });
    vi.mocked(port.startOver).mockImplementation((next) => {
      known = ANONYMOUS;
      becomes(next);
    });
    await session.startConversation();
    expect(store.input.value).toBe('half typed');
    await until(() => store.state.value.phase === 'ready');
    identify(ADA, 'third-token');
    await until(() => store.input.value === 'half typed' && store.state.value.visitor.verified);
  });

  it('does not ask a service without end that contradicts itself', async () => {
    answers.messages = () => json(403, { error: { code: 'identification_required' } });
    say('Hello');
    await vi.advanceTimersByTimeAsync(60_000);
    await until(() => unsent()[0]?.[1] === 'identification_required');
    expect(callsTo('messages').length).toBeLessThan(6);
  });
});

describe('what a stranger has typed', () => {
  const KEY = 'zipchat_draft';
  const kept = () => sessionStorage.getItem(KEY);
  let known: typeof ADA | typeof ANONYMOUS;

  beforeEach(() => {
    known = ANONYMOUS;
    answers.conversation = () => conversation(known);
  });

  /** The tab has gone to another page, where the chat is opened. */
  async function comesBack() {
    store = createStore();
    session = createSession(port, store);
    await opened();
  }

  it('is there again on the next page, until it is sent', async () => {
    await opened();
    store.type('half typed');
    expect(store.kept.value).toBe(true);
    await comesBack();
    expect(store.input.value).toBe('half typed');
    session.send();
    expect(kept()).toBeNull();
    await comesBack();
    expect(store.input.value).toBe('');
  });

  it('is gone when it is emptied', async () => {
    await opened();
    store.type('h');
    store.type('');
    expect(kept()).toBeNull();
  });

  it('is the customer’s who signs in, and goes when they change it', async () => {
    await opened();
    store.type('half typed');
    known = ADA;
    token = 'second-token';
    await comesBack();
    await until(() => store.typist.value === ADA.email);
    expect(store.input.value).toBe('half typed');
    store.type('half typed by Ada');
    expect(kept()).toBeNull();
    expect(store.kept.value).toBe(false);
  });

  it('does not include what a customer types, even before it is known who is here', async () => {
    known = ADA;
    session.open();
    store.type('of Ada');
    expect(kept()).toBeNull();
    await until(() => store.state.value.visitor.verified);
    store.type('of Ada, too');
    known = ANONYMOUS;
    tell('visitor', {});
    await until(() => !store.state.value.visitor.verified);
    store.type('of Ada, still');
    expect(kept()).toBeNull();
  });

  it('is kept from the moment that it is certain who they are', async () => {
    session.open();
    store.type('early');
    expect(store.kept.value).toBe(false);
    await until(() => store.kept.value);
    expect(kept()).toBe(' early');
  });

  it.each([
    ['a logout', () => (left = true)],
    ['the end of the visitor token', () => {}],
  ])('is kept no longer after %s', async (_name, happens) => {
    await opened();
    store.type('half typed');
    happens();
    becomes('second-token');
    await until(() => store.state.value.phase === 'ready');
    expect(kept()).toBeNull();
  });

  it('is not kept for a conversation that is begun anew', async () => {
    await opened();
    store.type('half typed');
    answers.new_conversation = () => json(200, { visitor_token: 'second-token' });
    vi.mocked(port.startOver).mockImplementation((next) => becomes(next));
    await session.startConversation();
    await until(() => store.state.value.phase === 'ready');
    expect(kept()).toBeNull();
  });

  it('is not shown to the next customer, whether the chat was open between them or not', async () => {
    sessionStorage.setItem(KEY, 'token-of-ada half typed');
    await comesBack();
    expect(store.input.value).toBe('');
    expect(kept()).toBeNull();

    store.type('of a stranger');
    store = createStore();
    session = createSession(port, store);
    expect(store.input.value).toBe('of a stranger');
    becomes('token-of-ada', true);
    expect(store.input.value).toBe('of a stranger');
    becomes('token-of-ben', true);
    expect(store.input.value).toBe('');
    expect(kept()).toBeNull();
  });

  it('stays for a page only where the browser refuses to keep it', async () => {
    port.tab = () => {
      throw new DOMException('blocked', 'SecurityError');
    };
    await comesBack();
    store.type('half typed');
    expect(store.input.value).toBe('half typed');
    expect(store.kept.value).toBe(false);
  });
});

describe('a chat for signed-in customers only', () => {
  let known: typeof ADA | typeof ANONYMOUS;
  let enforced: boolean;

  beforeEach(async () => {
    known = ANONYMOUS;
    enforced = false;
    answers.conversation = () => (enforced ? closed(known) : conversation(known));
    await opened();
  });

  it('takes nothing from strangers from that moment on, and keeps what they have typed', async () => {
    store.type('half typed');
    enforced = true;
    tell('visitor', {});
    await until(() => store.state.value.required);
    expect(store.news.value).toBe('Sign in to the shop to chat.');
    session.send();
    expect(store.input.value).toBe('half typed');
    expect(store.state.value.outbox).toEqual([]);

    enforced = false;
    tell('visitor', {});
    await until(() => !store.state.value.required);
    expect(store.news.value).toBe('You can write now.');
    session.send();
    await until(() => texts().length === 1);
  });

  it('says so when a message was faster than the news, and sends it when that is allowed', async () => {
    const send = answers.messages;
    answers.messages = () => json(403, { error: { code: 'identification_required' } });
    enforced = true;
    say('Hello');
    await until(() => store.state.value.required);
    expect(store.state.value.outbox[0]?.problem).toBe('identification_required');
    expect(callsTo('messages')).toHaveLength(1);

    if (send) answers.messages = send;
    known = ADA;
    becomes('second-token', true);
    await until(() => store.state.value.outbox.length === 0);
    expect(store.state.value.required).toBe(false);
    expect(callsTo('messages').at(-1)?.headers.Authorization).toBe('Bearer second-token');
  });
});

describe('a conversation that the merchant has parted', () => {
  it('is shown exactly as the service then tells it', async () => {
    const parted = [message(1, 'visitor', 'before'), message(2, 'assistant', 'answer')];
    answers.conversation = () => conversation(ADA, ...parted, message(3, 'visitor', 'after'));
    await opened();
    answers.conversation = () =>
      json(200, {
        conversation: { id: 'c2' },
        visitor: ADA,
        messages: [message(1, 'visitor', 'after', { id: 'm3' })],
      });
    tell('visitor', {});
    tell('message', message(1, 'visitor', 'after', { id: 'm3' }), 'e9');
    await until(() => store.state.value.conversation === 'c2');
    expect(texts()).toEqual(['after']);
  });

  it('is empty where nothing was said since', async () => {
    answers.conversation = () => conversation(ADA, message(1, 'visitor', 'before'));
    await opened();
    answers.conversation = () => conversation(ADA);
    tell('visitor', {});
    await until(() => store.state.value.conversation === null);
    expect(texts()).toEqual([]);
  });

  it('loses nothing that comes while it is read', async () => {
    answers.conversation = () => conversation(ADA, message(1, 'visitor', 'before'));
    await opened();
    let answer: (answer: Response) => void = () => {};
    answers.conversation = () => new Promise((go) => (answer = go));
    tell('visitor', {});
    await until(() => callsTo('conversation').length === 2);
    tell('message', message(1, 'assistant', 'late', { id: 'm9' }), 'e9');
    await until(() => texts().length === 2);
    answer(conversation(ADA));
    await until(() => texts().length === 1);
    expect(texts()).toEqual(['late']);
  });
});

describe('what could not be sent', () => {
  beforeEach(() => {
    delete answers.messages;
  });
  const reloaded = () => {
    window.dispatchEvent(new Event('pagehide'));
    store = createStore();
    session = createSession(port, store);
  };

  it('is there on the next page and goes out with the same id, in order', async () => {
    await opened();
    say('one');
    say('two');
    await until(() => problem() === 'network');
    const [first] = callsTo('messages');
    reloaded();
    expect(store.state.value.outbox.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(sessionStorage.getItem('zipchat_waits')).toBe('1');
    answers.messages = ({ body }) =>
      json(201, {
        conversation_id: 'c1',
        message: message(body.text === 'one' ? 1 : 2, 'visitor', body.text),
      });
    session.follow();
    await until(() => store.state.value.outbox.length === 0);
    expect(texts()).toEqual(['one', 'two']);
    expect(callsTo('messages').at(-2)?.body.client_id).toBe(first?.body.client_id);
    expect(sessionStorage.getItem('zipchat_unsent')).toBeNull();
  });

  it('of a customer waits for them, and is nobody else’s', async () => {
    answers.conversation = () => conversation(ADA);
    await opened();
    say('my secret');
    await until(() => problem() === 'network');
    answers.conversation = () => conversation(BEN);
    reloaded();
    session.follow();
    await until(() => store.state.value.visitor.verified);
    expect(store.state.value.outbox).toEqual([]);
    expect(sessionStorage.getItem('zipchat_unsent')).toBeNull();
  });

  it('is gone with its visitor', async () => {
    await opened();
    say('private');
    await until(() => problem() === 'network');
    token = 'another-token';
    reloaded();
    expect(store.state.value.outbox).toEqual([]);
    expect(sessionStorage.getItem('zipchat_unsent')).toBeNull();
  });
});

describe('what was seen', () => {
  const told = () => callsTo('read').map(({ body }) => body);
  const withOperator = (...messages: unknown[]) =>
    json(200, { conversation: { id: 'c1' }, visitor: ANONYMOUS, operator: 'Grace', messages });

  it('is told to the service once, and only for what others wrote', async () => {
    answers.read = () => json(200, { success: true });
    answers.conversation = () =>
      conversation(ANONYMOUS, message(1, 'visitor', 'Hi'), message(2, 'assistant', 'Hello'));
    await opened();
    await until(() => told().length === 1);
    expect(told()).toEqual([{ seq: 2 }]);
    tell('message', message(3, 'visitor', 'More'), 'e3');
    tell('message', message(4, 'assistant', 'Yes'), 'e4');
    await until(() => told().length === 2);
    expect(told()).toEqual([{ seq: 2 }, { seq: 4 }]);
  });

  it('is not what comes while the panel is closed: that is counted, on the next page too', async () => {
    answers.conversation = () =>
      json(200, {
        conversation: { id: 'c1' },
        visitor: ANONYMOUS,
        read_seq: 1,
        messages: [message(1, 'assistant', 'Hello'), message(2, 'operator', 'Still there?')],
      });
    session.follow();
    await until(() => store.unread.value === 1 && lines.length > 0);
    tell('message', message(3, 'operator', 'Hello?'), 'e3');
    await until(() => store.unread.value === 2);
    expect(told()).toEqual([]);
    expect(sessionStorage.getItem('zipchat_waits')).toBe('1');
    answers.read = () => json(200, { success: true });
    session.open();
    expect(store.unread.value).toBe(0);
    await until(() => told().length === 1);
    expect(told()).toEqual([{ seq: 3 }]);
    expect(sessionStorage.getItem('zipchat_waits')).toBeNull();
  });

  it('waits on where a person answers, and forgets it with the conversation', async () => {
    answers.conversation = () => withOperator(message(1, 'visitor', 'Hi'));
    await opened();
    expect(sessionStorage.getItem('zipchat_waits')).toBe('1');
    answers.conversation = () => conversation(ANONYMOUS);
    becomes('second-token');
    await until(() => store.state.value.phase === 'ready');
    expect(sessionStorage.getItem('zipchat_waits')).toBeNull();
  });
});

describe('typing', () => {
  it('is told only to a person who answers, and not at every key', async () => {
    await opened();
    session.types();
    expect(callsTo('typing')).toEqual([]);
    answers.typing = () => json(200, { success: true });
    answers.conversation = () =>
      json(200, {
        conversation: { id: 'c1' },
        visitor: ANONYMOUS,
        operator: 'Grace',
        messages: [],
      });
    tell('visitor', {});
    await until(() => store.state.value.operator === 'Grace');
    for (let key = 0; key < 5; key++) session.types();
    expect(callsTo('typing')).toHaveLength(1);
  });

  it('of a person is shown until they have written', async () => {
    await opened();
    tell('typing', { author_name: 'Grace' });
    await until(() => store.typing.value === 'Grace');
    tell('message', message(1, 'operator', 'Hello'), 'e1');
    await until(() => store.typing.value === '');
  });
});

describe('who the visitor is', () => {
  const asked = () =>
    json(200, { visitor: ANONYMOUS, lead_form: { fields: ['email', 'first_name'] }, messages: [] });
  const box = () => port.root.appendChild(document.createElement('div'));
  const fill = (name: string, value: string) => {
    const input = port.root.querySelector<HTMLInputElement>(`input[autocomplete="${name}"]`);
    if (input) input.value = value;
  };
  const press = () =>
    port.root.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
  const form = () => port.root.querySelector('form');

  it('is asked once, and told to the service', async () => {
    answers.conversation = asked;
    await opened();
    expect(store.state.value.form).toEqual(['email', 'first_name']);
    session.ask(box(), { fields: store.state.value.form, first: true });
    await until(() => form() !== null);
    fill('email', 'ada@shop.example');
    fill('given-name', ' Ada ');
    answers.lead = () => json(422, { error: { code: 'invalid' } });
    press();
    await until(() => !!port.root.querySelector('.problem')?.textContent);
    expect(store.state.value.form).not.toEqual([]);
    answers.lead = () => json(200, { success: true });
    press();
    await until(() => store.state.value.form.length === 0);
    expect(callsTo('lead').at(-1)?.body).toEqual({ email: 'ada@shop.example', first_name: 'Ada' });
  });

  it('is not asked again on this tab by whoever does not want to say it now', async () => {
    answers.conversation = asked;
    await opened();
    session.ask(box(), { fields: ['email'], first: false });
    await until(() => form() !== null);
    port.root.querySelector<HTMLButtonElement>('button.plain')?.click();
    expect(store.state.value.form).toEqual([]);
    session.reload();
    await until(() => store.state.value.form.length > 0);
    session.ask(box(), { fields: ['email'], first: false });
    await until(() => store.state.value.form.length === 0);
    // But where the merchant asks first, it is.
    session.reload();
    await until(() => store.state.value.form.length > 0);
    session.ask(box(), { fields: ['email'], first: true });
    await until(() => port.root.querySelectorAll('form').length === 2);
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

  it('is not exchanged where another tab is just storing its successor', async () => {
    answers.conversation = ({ headers }) =>
      headers.Authorization === 'Bearer first-token'
        ? json(401, { error: { code: 'visitor_token_ended' } })
        : conversation(ADA);
    session.open();
    await until(() => callsTo('conversation').length === 1);
    await new Promise((go) => setTimeout(go, 300));
    becomes('token-of-the-other-tab');
    await until(() => store.state.value.visitor.verified);
    await new Promise((go) => setTimeout(go, 400));
    expect(port.renew).not.toHaveBeenCalled();
  });
});

describe('a new conversation', () => {
  it('has the token that the service gives', async () => {
    await opened();
    answers.new_conversation = () => json(200, { visitor_token: 'fresh-token' });
    expect(await session.startConversation()).toBeNull();
    expect(port.startOver).toHaveBeenCalledWith('fresh-token');
  });

  it('does not begin without one', async () => {
    await opened();
    expect(await session.startConversation()).toBe('network');
    expect(port.startOver).not.toHaveBeenCalled();
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
