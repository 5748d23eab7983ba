import { useEffect } from 'preact/hooks';
import type { ApiError } from '../../api/client';
import { type ChatDetail, readChat } from '../../api/dashboard';
import { announcement } from './announce';
import { t } from './i18n';
import { Failure } from './parts/failure';
import { Header } from './parts/header';
import { Lazy, type Load } from './parts/lazy';
import { NotFound } from './parts/not-found';
import { type Resource, useResource } from './resource';
import { matchPath, navigate, type Params, place } from './router';
import { leaveForSignIn, proofAsked, resumeSession, session, sessionError } from './session';

/** What every page is given. */
export interface PageProps {
  params: Params;
  /** The chat whose page it is; idle on pages that are not about one. */
  chat: Resource<ChatDetail>;
}

interface Route {
  pattern: string;
  load: Load<PageProps>;
}

const ROUTES: readonly Route[] = [
  { pattern: '/login', load: () => import('./pages/login') },
  { pattern: '/password', load: () => import('./account/new-password') },
  { pattern: '/invitation', load: () => import('./account/invitation') },
  { pattern: '/account/:part?', load: () => import('./account/account') },
  { pattern: '/chats/new', load: () => import('./account/new-chat') },
  { pattern: '/', load: () => import('./pages/chats') },
  {
    pattern: '/chats/:chat/conversations/:conversation?',
    load: () => import('./pages/conversations'),
  },
  { pattern: '/chats/:chat/contacts', load: () => import('./pages/contacts') },
  { pattern: '/chats/:chat/contacts/:customer', load: () => import('./pages/contact') },
  { pattern: '/chats/:chat/shared-emails', load: () => import('./pages/shared-emails') },
  { pattern: '/chats/:chat/integrations/:part?', load: () => import('./pages/integrations') },
  { pattern: '/chats/:chat/assistant', load: () => import('./pages/assistant') },
  { pattern: '/chats/:chat/analytics', load: () => import('./pages/analytics') },
  { pattern: '/chats/:chat/appearance', load: () => import('./pages/appearance') },
  { pattern: '/chats/:chat/settings', load: () => import('./pages/settings') },
];

/** Pages for who is not signed in. */
const OPEN: readonly string[] = ['/login', '/password', '/invitation'];
const SECURITY = '/account/security';
const PROOF: Load<object> = () => import('./account/proof');

export function App() {
  const { path } = place.value;
  const found = findRoute(path);
  const chatId = found?.params.chat;
  const signedOut = session.value === null;
  const chat = useResource(chatId && !signedOut ? `chat ${chatId}` : null, (signal) =>
    readChat(chatId ?? '', signal),
  );
  useEffect(() => {
    if (signedOut && !OPEN.includes(path)) leaveForSignIn();
  }, [signedOut, path]);
  const missing = session.value?.second_factor_missing ?? false;
  useEffect(() => {
    // Until there is a second factor, nothing else can be done.
    if (missing && path !== SECURITY && !OPEN.includes(path)) void navigate(SECURITY, 'replace');
  }, [missing, path]);
  const { part } = found?.params ?? {};
  useEffect(() => scrollTo(0, 0), [found?.route, chatId, part]);

  return (
    <>
      <a class="skip" href="#main">
        {t('Skip to content')}
      </a>
      {!OPEN.includes(path) && <Header chatId={chatId} name={chat.value?.chat.name} path={path} />}
      <main id="main" tabIndex={-1}>
        <Inside found={found} chat={chat} />
      </main>
      {proofAsked.value && (
        <div class="proof-asked">
          <Lazy load={PROOF} of={t('the question')} give={{}} />
        </div>
      )}
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
  const { route, params } = found;
  return <Lazy key={route.pattern} load={route.load} of={t('the page')} give={{ params, chat }} />;
}

function findRoute(path: string): Found | undefined {
  for (const route of ROUTES) {
    const params = matchPath(route.pattern, path);
    if (params) return { route, params };
  }
  return undefined;
}
