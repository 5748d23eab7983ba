/** Where the operator is, and how they get elsewhere. A page can ask before it is left. */

import { signal } from '@preact/signals';

export interface Place {
  path: string;
  search: string;
}

/** Resolves to whether the page may be left. */
export type LeaveGuard = () => Promise<boolean>;

export type Params = Readonly<Record<string, string>>;

export const place = signal<Place>(currentPlace());

/** How many pages were entered without loading the document anew. */
export const arrivals = { count: 0 };

let guard: LeaveGuard | null = null;
// Entries of the history are numbered, to tell how far a step back or forward went.
let index = 0;
let steppingBack = false;

/** Follows the address bar and the links of the page; call once. */
export function startRouter(): void {
  index = entryIndex(history.state) ?? 0;
  history.replaceState({ index }, '');
  addEventListener('popstate', onPopState);
  addEventListener('click', onClick);
}

/** Goes to `address` (a path with its query), unless the page in view asks to stay. */
export async function navigate(address: string, how: 'push' | 'replace' = 'push'): Promise<void> {
  // Without a guard there is nothing to wait for, and the address changes before this returns.
  if (guard && !(await mayLeave())) return;
  if (how === 'push') {
    index += 1;
    history.pushState({ index }, '', address);
  } else {
    history.replaceState({ index }, '', address);
  }
  enter();
}

/** Asks the page in view, if it wants to be asked. Once it agreed it is not asked again. */
export async function mayLeave(): Promise<boolean> {
  if (guard && !(await guard())) return false;
  guard = null;
  return true;
}

/** `ask` runs before the page is left, until the returned function is called. */
export function guardLeaving(ask: LeaveGuard): () => void {
  const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
  guard = ask;
  addEventListener('beforeunload', onUnload);
  return () => {
    if (guard === ask) guard = null;
    removeEventListener('beforeunload', onUnload);
  };
}

/** The named parts of `path` by `pattern` (`/chats/:chat/:rest?`), or `null` when it differs. */
export function matchPath(pattern: string, path: string): Params | null {
  const wanted = segments(pattern);
  const given = segments(path);
  if (given.length > wanted.length) return null;
  const params: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const value = given[at];
    const name = /^:(\w+)(\??)$/.exec(segment);
    if (!name) {
      if (segment !== value) return null;
    } else if (value !== undefined) {
      const decoded = decodedSegment(value);
      if (decoded === null) return null;
      params[name[1] as string] = decoded;
    } else if (!name[2]) {
      return null;
    }
  }
  return params;
}

/** `to` where it is a path of this site, else `/`: sign-in must not send anyone elsewhere. */
export function safeReturn(to: string | null): string {
  if (!to?.startsWith('/')) return '/';
  try {
    const url = new URL(to, location.origin);
    const stays = url.origin === location.origin && url.pathname !== '/login';
    return stays ? url.pathname + url.search : '/';
  } catch {
    return '/';
  }
}

function currentPlace(): Place {
  return { path: location.pathname, search: location.search };
}

function enter(): void {
  arrivals.count += 1;
  place.value = currentPlace();
}

async function onPopState(event: PopStateEvent): Promise<void> {
  if (steppingBack) {
    steppingBack = false;
    return;
  }
  const entry = entryIndex(event.state);
  // A jump within the page (the skip link) makes an entry of the browser's own.
  if (entry === null || entry === index) return;
  const steps = entry - index;
  if (guard) {
    // The browser has already moved: return to the address of the page that asks.
    steppingBack = true;
    history.go(-steps);
    if (await mayLeave()) history.go(steps);
    return;
  }
  index = entry;
  enter();
}

function onClick(event: MouseEvent): void {
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (event.defaultPrevented || event.button !== 0 || modified) return;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link || link.target || link.hasAttribute('download')) return;
  if (!link.getAttribute('href')?.startsWith('/') || link.origin !== location.origin) return;
  event.preventDefault();
  void navigate(link.pathname + link.search);
}

function entryIndex(state: unknown): number | null {
  const found = (state as { index?: unknown } | null)?.index;
  return typeof found === 'number' ? found : null;
}

function segments(path: string): string[] {
  return path.split('/').filter(Boolean);
}

function decodedSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
