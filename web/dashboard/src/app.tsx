import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../../api/client';
import { type ChatDetail, readChat } from '../../api/dashboard';
import { announcement } from './announce';
import { Failure } from './parts/failure';
import { Header } from './parts/header';
import { NotFound } from './parts/not-found';
import { Skeleton } from './parts/skeleton';
import { type Resource, useResource } from './resource';
import { matchPath, type Params, place } from './router';
import { leaveForSignIn, resumeSession, session, sessionError } from './session';

/** What every page is given. */
export interface PageProps {
  params: Params;
  /** The chat whose page it is; idle on pages that are not about one. */
  chat: Resource<ChatDetail>;
}

type Page = ComponentType<PageProps>;

interface Route {
  pattern: string;
  load: () => Promise<{ default: Page }>;
}

const ROUTES: readonly Route[] = [
  { pattern: '/login', load: () => import('./pages/login') },
  { pattern: '/', load: () => import('./pages/chats') },
  {
    pattern: '/chats/:chat/conversations/:conversation?',
    load: () => import('./pages/conversations'),
  },
  { pattern: '/chats/:chat/integrations', load: () => import('./pages/integrations') },
];

const loaded = new Map<Route, Page>();

export function App() {
  const { path } = place.value;
  const found = findRoute(path);
  const chatId = found?.params.chat;
  const signedOut = session.value === null;
  const chat = useResource(chatId && !signedOut ? `chat ${chatId}` : null, (signal) =>
    readChat(chatId ?? '', signal),
  );
  useEffect(() => {
    if (signedOut && path !== '/login') leaveForSignIn();
  }, [signedOut, path]);
  useEffect(() => scrollTo(0, 0), [found?.route, chatId]);

  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      {path !== '/login' && <Header chatId={chatId} name={chat.value?.chat.name} path={path} />}
      <main id="main" tabIndex={-1}>
        <Inside found={found} chat={chat} />
      </main>
      <div class="unseen" role="status" aria-live="polite">
        {announcement.value}
      </div>
    </>
  );
}

interface Found {
  route: Route;
  params: Params;
}

function Inside({ found, chat }: { found: Found | undefined; chat: Resource<ChatDetail> }) {
  const error: ApiError | null = sessionError.value;
  if (error) return <Failure error={error} retry={resumeSession} />;
  if (!found || chat.error?.status === 404) return <NotFound />;
  return <LazyPage key={found.route.pattern} {...found} chat={chat} />;
}

function LazyPage({ route, params, chat }: Found & PageProps) {
  const [, redraw] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (loaded.has(route)) return;
    route.load().then(
      (module) => {
        loaded.set(route, module.default);
        redraw((count) => count + 1);
      },
      () => setFailed(true),
    );
  }, [route]);

  const Page = loaded.get(route);
  if (Page) return <Page params={params} chat={chat} />;
  return failed ? <Outdated /> : <Skeleton rows={4} of="the page" />;
}

/** A page's file is gone after an update of the service; the document names the new ones. */
function Outdated() {
  return (
    <div class="notice-page" role="alert">
      <h2>This page could not be loaded</h2>
      <p>The dashboard may have been updated meanwhile, or the connection is gone.</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        Load again
      </button>
    </div>
  );
}

function findRoute(path: string): Found | undefined {
  for (const route of ROUTES) {
    const params = matchPath(route.pattern, path);
    if (params) return { route, params };
  }
  return undefined;
}
