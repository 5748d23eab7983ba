/** JSON over same-origin `fetch`, with one kind of error. */

import { createParser, type StreamEvent } from './events';

/** What went wrong with a call. `status` is 0 where no answer came. */
export class ApiError extends Error {
  readonly status: number;
  /** One of the service's codes, or `unreachable` / `unreadable`, which are ours. */
  readonly code: string;
  /** Seconds to wait before asking again, where the service named them. */
  readonly retryAfter: number | null;

  constructor(status: number, code: string, message: string, retryAfter: number | null = null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export interface CallOptions {
  body?: unknown;
  /** Sent as it is, in place of a body. */
  file?: Blob;
  signal?: AbortSignal;
  timeLimitMs?: number;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const TIME_LIMIT_MS = 20_000;
/** A file may be of a million rows. */
const FILE_TIME_LIMIT_MS = 300_000;
/** An answer of the assistant has two minutes. */
const STREAM_TIME_LIMIT_MS = 150_000;

let signInListener: () => void = () => {};
let proofAsker: (() => Promise<boolean>) | null = null;
let clockDifferenceMs = 0;

/** `listener` runs whenever an answer says that nobody is signed in any more. */
export function onSignInRequired(listener: () => void): void {
  signInListener = listener;
}

/**
 * `ask` is called where an answer says that the operator must first prove anew who they are. It resolves to whether they did: then
 * the call is made again, and whoever made it notices nothing.
 */
export function onProofRequired(ask: () => Promise<boolean>): void {
  proofAsker = ask;
}

/**
 * Calls `path` under `/api/v1` and returns the parsed answer, `undefined` for 204.
 *
 * Throws an `ApiError`; or, once `options.signal` is aborted, whatever the abort threw.
 */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  return (await send(method, path, options, answer)) as T;
}

/** The answer of `path` to the letter: parsed and written anew, JSON would lose long numbers. */
export async function readText(path: string, body?: object): Promise<string> {
  const read = (response: Response) => response.text();
  const options = { timeLimitMs: FILE_TIME_LIMIT_MS };
  const sent = body
    ? send('POST', path, { ...options, body }, read)
    : send('GET', path, options, read);
  return (await sent) ?? '';
}

/** Sends `body` to `path`, and calls `received` for each event of the answer until it ends. */
export async function stream(
  path: string,
  body: unknown,
  signal: AbortSignal,
  received: (event: StreamEvent) => void,
): Promise<void> {
  const options = { body, signal, timeLimitMs: STREAM_TIME_LIMIT_MS };
  await send('POST', path, options, async (response) => {
    const feed = createParser(received);
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    for (;;) {
      const next = await reader?.read();
      if (!next || next.done) return;
      feed(decoder.decode(next.value, { stream: true }));
    }
  });
}

/** The time by the service's clock, to within a second or two; this machine's may be wrong. */
export function serviceNow(): number {
  return Date.now() + clockDifferenceMs;
}

/** Seconds named by a `Retry-After` header (a number of seconds, or a date), never negative. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (!header) return null;
  const seconds = /^\s*\d+\s*$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - now) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

async function send<T>(
  method: Method,
  path: string,
  options: CallOptions,
  read: (response: Response) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await sendOnce(method, path, options, read);
  } catch (error) {
    const asked = error instanceof ApiError && error.code === 'step_up_required';
    if (!asked || !proofAsker || !(await proofAsker())) throw error;
    return await sendOnce(method, path, options, read);
  }
}

async function sendOnce<T>(
  method: Method,
  path: string,
  options: CallOptions,
  read: (response: Response) => Promise<T>,
): Promise<T | undefined> {
  const limit = AbortSignal.timeout(options.timeLimitMs ?? TIME_LIMIT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  try {
    const response = await fetch(`/api/v1${path}`, request(method, options, signal));
    compareClocks(response.headers.get('date'));
    if (!response.ok) throw await refusal(response);
    return response.status === 204 ? undefined : await read(response);
  } catch (error) {
    if (error instanceof ApiError || options.signal?.aborted) throw error;
    throw new ApiError(0, 'unreachable', 'The service could not be reached.');
  }
}

function compareClocks(date: string | null): void {
  const theirs = Date.parse(date ?? '');
  if (Number.isFinite(theirs)) clockDifferenceMs = theirs - Date.now();
}

function request(method: Method, { body, file }: CallOptions, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' };
  // A page of another site cannot send these types without a preflight, which the service refuses;
  // so every write carries one, also one without a body.
  const type = file ? 'application/octet-stream' : 'application/json';
  if (method !== 'GET') headers['content-type'] = type;
  const init: RequestInit = { method, headers, signal, credentials: 'same-origin' };
  if (file) init.body = file;
  else if (body !== undefined) init.body = JSON.stringify(body);
  return init;
}

async function answer(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(response.status, 'unreadable', "The service's answer could not be read.");
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const retryAfter = retryAfterSeconds(response.headers.get('retry-after'), Date.now());
  const { code, message } = named(await response.text().catch(() => ''));
  const error = new ApiError(response.status, code, message, retryAfter);
  if (error.status === 401 && code === 'sign_in_required') signInListener();
  return error;
}

/** The code and message of an error's body; a proxy's HTML page has neither. */
function named(text: string): { code: string; message: string } {
  const unnamed = { code: 'unreadable', message: "The service's answer could not be read." };
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    if (typeof error?.code !== 'string') return unnamed;
    return { code: error.code, message: typeof error.message === 'string' ? error.message : '' };
  } catch {
    return unnamed;
  }
}
