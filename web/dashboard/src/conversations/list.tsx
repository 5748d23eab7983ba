import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConversationSummary, Piece } from '../../../api/dashboard';
import { fullTime, listTime } from '../format';
import { t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { VerifiedMark } from '../parts/verified';
import { EVERYTHING, type Filter, writeFilter } from './filter';
import type { ConversationList as List } from './merge';
import { leadName } from './names';

interface Props {
  chatId: string;
  openId: string | undefined;
  filter: Filter;
  query: string;
  list: List;
  readMore: (signal: AbortSignal) => Promise<void>;
}

/** Conversations, newest first. The arrow keys, Home and End go through them. */
export function ConversationList({ chatId, openId, filter, query, list, readMore }: Props) {
  if (list.conversations.length === 0) {
    return <NoConversations chatId={chatId} filter={filter} query={query} />;
  }
  return (
    <div class="list-scroll">
      <ul class="rows" onKeyDown={stepThroughRows}>
        {list.conversations.map((one) => (
          <Row
            key={one.id}
            chatId={chatId}
            conversation={one}
            open={one.id === openId}
            search={writeFilter(filter)}
          />
        ))}
      </ul>
      {list.next !== null && <More readMore={readMore} />}
    </div>
  );
}

interface RowProps {
  chatId: string;
  conversation: ConversationSummary;
  open: boolean;
  /** The query of the address, which stays. */
  search: string;
}

function Row({ chatId, conversation, open, search }: RowProps) {
  const { id, lead, last_message_at: at, assignee, escalated, unseen } = conversation;
  const href = `/chats/${encodeURIComponent(chatId)}/conversations/${encodeURIComponent(id)}`;
  return (
    <li>
      <a
        class="row"
        href={href + search}
        data-conversation={id}
        data-unseen={unseen && !open}
        aria-current={open ? 'true' : undefined}
      >
        <Avatar name={lead ? leadName(lead) : null} seed={lead?.id ?? id} />
        <span class="row-text">
          <span class="row-head">
            <span class="row-name" dir="auto">
              {leadName(lead)}
            </span>
            {unseen && !open && (
              <span class="row-new">
                <span class="unseen">{t('New')}</span>
              </span>
            )}
            <time class="row-time" dateTime={at} title={fullTime(at)}>
              {listTime(at, new Date())}
            </time>
          </span>
          <span class="row-who">
            {lead?.verified && <VerifiedMark />}
            {lead?.full_name && (
              <span class="row-email" dir="auto">
                {lead.email}
              </span>
            )}
          </span>
          {escalated && <span class="row-asked">{t('A person is asked for')}</span>}
          {assignee && (
            <span class="row-answering" dir="auto">
              {t('{name} answers', { name: assignee.name })}
            </span>
          )}
          <Preview conversation={conversation} />
        </span>
      </a>
    </li>
  );
}

function Preview({ conversation: { excerpt, preview } }: { conversation: ConversationSummary }) {
  return (
    <span class="row-preview" dir="auto">
      {excerpt ? <Excerpt pieces={excerpt} /> : preview || t('No message yet')}
    </span>
  );
}

function Excerpt({ pieces }: { pieces: readonly Piece[] }) {
  return <>{pieces.map(({ text, match }, at) => (match ? <mark key={at}>{text}</mark> : text))}</>;
}

function More({ readMore }: Pick<Props, 'readMore'>) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const flight = useRef(new AbortController());
  useEffect(() => () => flight.current.abort(), []);

  const read = async () => {
    setState('busy');
    try {
      await readMore(flight.current.signal);
      setState('idle');
    } catch {
      if (!flight.current.signal.aborted) setState('failed');
    }
  };
  return (
    <div class="list-more">
      {state === 'failed' && <p role="alert">{t('Earlier ones could not be read.')}</p>}
      <button type="button" class="button small" disabled={state === 'busy'} onClick={read}>
        {state === 'busy' ? t('Reading…') : t('Show earlier ones')}
      </button>
    </div>
  );
}

function NoConversations({ chatId, filter, query }: Pick<Props, 'chatId' | 'filter' | 'query'>) {
  if (query) {
    return (
      <Empty
        title={t('Nothing found')}
        text={t('No message has all of these words, and nobody of whom they are known wrote.')}
      />
    );
  }
  const alone = writeFilter({ ...filter, show: 'all' }) === '';
  if (alone && filter.show === 'mine') {
    return (
      <Empty
        title={t('You have no conversation')}
        text={t('Those that you take over, or that somebody gives you, are here.')}
      />
    );
  }
  if (alone && filter.show === 'needs_person') {
    return (
      <Empty
        title={t('Nobody asks for a person')}
        text={t(
          'When a customer wants to talk to a person, the conversation is here until it is settled.',
        )}
      />
    );
  }
  if (filter.show !== EVERYTHING.show || !alone) {
    return (
      <Empty title={t('None of these')} text={t('No conversation fits what is filtered for.')} />
    );
  }
  return (
    <div class="empty">
      <span class="notice-mark">
        <Icon name="talk" />
      </span>
      <h2>{t('No conversation yet')}</h2>
      <p>
        {t(
          'As soon as somebody writes in the chat on your website, it is here. Nothing needs to be reloaded.',
        )}
      </p>
      <a class="button" href={`/chats/${encodeURIComponent(chatId)}/integrations`}>
        {t('How to install the chat')}
      </a>
    </div>
  );
}

function Empty({ title, text }: { title: string; text: string }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}

function stepThroughRows(event: KeyboardEvent): void {
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('a.row')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const targets: Record<string, HTMLElement | undefined> = {
    ArrowDown: rows[at + 1],
    ArrowUp: rows[at - 1],
    Home: rows[0],
    End: rows.at(-1),
  };
  if (!(event.key in targets)) return;
  event.preventDefault();
  targets[event.key]?.focus();
}
