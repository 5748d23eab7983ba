import { useEffect, useRef } from 'preact/hooks';
import { readIdentification } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { t } from '../i18n';
import { Alerts } from '../identification/alerts';
import { useLive } from '../identification/live';
import { type Part, PartsNav, partOf } from '../identification/parts-nav';
import Setup from '../identification/setup';
import { Failure } from '../parts/failure';
import { Lazy } from '../parts/lazy';
import { NotFound } from '../parts/not-found';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';
import '../styles/conversations.css';
import '../styles/integrations.css';
import '../styles/identification.css';
import '../styles/path.css';
import '../styles/webhooks.css';

/** Counts are written down every two seconds; a burst of tokens is one reason to look at them, not a hundred. */
const COUNTS_LAG_MS = 2_500;

/** How a shop's website and backend are joined to the chat. */
export default function IntegrationsPage({ params, chat }: PageProps) {
  const part = partOf(params.part);
  const available = chat.value?.chat.identification.available ?? false;
  if (!part || (chat.value && !available && part.slug)) return <NotFound />;
  // Known before the chat is, so that what it stands above does not jump; a chat without identification has no parts.
  const nav = !chat.value || available ? (params.chat ?? '') : '';
  return <Integrations part={part} chat={chat} nav={nav} />;
}

interface IntegrationsProps {
  part: Part;
  chat: PageProps['chat'];
  /** The chat whose parts can be chosen; empty where there are none. */
  nav: string;
}

function Integrations({ part, chat, nav }: IntegrationsProps) {
  useTitle(part.slug ? t(part.label) : t('Integrations'), chat.value?.chat.name);
  const heading = useArrival();
  const detail = chat.value;
  const chatId = detail?.chat.identification.available ? detail.chat.id : null;
  const identification = useResource(chatId && `identification ${chatId}`, (signal) =>
    readIdentification(chatId ?? '', signal),
  );
  const lookAtCounts = useLater(() => void identification.reload(), COUNTS_LAG_MS);
  const live = useLive(chatId, lookAtCounts);
  // What came just before the page was opened is not counted yet, and no event tells of it any more.
  useEffect(() => {
    if (chatId) lookAtCounts();
  }, [chatId]);

  const give = detail && { detail, identification, live };
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('Integrations')}
        </h1>
      </div>
      {nav && !chat.error && <PartsNav chatId={nav} current={part} />}
      {chatId && <Alerts chatId={chatId} live={live} />}
      {give ? (
        part.load ? (
          <Lazy key={part.slug} load={part.load} of={t(part.label)} give={give} />
        ) : (
          <Setup {...give} />
        )
      ) : chat.error ? (
        <Failure error={chat.error} retry={chat.reload} />
      ) : (
        <Skeleton rows={4} of={t('the integrations')} />
      )}
    </div>
  );
}

/** `act`, a while after it was first asked for, once however often it was. */
function useLater(act: () => void, lagMs: number): () => void {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      latest.current();
    }, lagMs);
  };
}
