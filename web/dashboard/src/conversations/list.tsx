import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConversationSummary, Show } from '../../../api/dashboard';
import { fullTime, listTime } from '../format';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { VerifiedMark } from '../parts/verified';
import type { ConversationList as List } from './merge';
import { leadName } from './names';

interface Props {
  chatId: string;
  openId: string | undefined;
  show: Show;
  list: List;
  readMore: (signal: AbortSignal) => Promise<void>;
}

/** Conversations, newest first. The arrow keys, Home and End go through them. */
export function ConversationList({ chatId, openId, show, list, readMore }: Props) {
  if (list.conversations.length === 0) return <NoConversations chatId={chatId} show={show} />;
  return (
    <div class="list-scroll">
      <ul class="rows" onKeyDown={stepThroughRows}>
        {list.conversations.map((one) => (
          <Row key={one.id} chatId={chatId} conversation={one} open={one.id === openId} />
        ))}
      </ul>
      {list.conversations.length < list.total && <More readMore={readMore} />}
    </div>
  );
}

interface RowProps {
  chatId: string;
  conversation: ConversationSummary;
  open: boolean;
}

function Row({ chatId, conversation, open }: RowProps) {
  const { id, lead, preview, last_message_at: at, assignee, escalated } = conversation;
  const href = `/chats/${encodeURIComponent(chatId)}/conversations/${encodeURIComponent(id)}`;
  return (
    <li>
      <a class="row" href={href} data-conversation={id} aria-current={open ? 'true' : undefined}>
        <Avatar name={lead ? leadName(lead) : null} seed={lead?.id ?? id} />
        <span class="row-text">
          <span class="row-head">
            <span class="row-name" dir="auto">
              {leadName(lead)}
            </span>
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
          {escalated && <span class="row-asked">A person is asked for</span>}
          {assignee && (
            <span class="row-answering" dir="auto">
              {`${assignee.name} answers`}
            </span>
          )}
          <span class="row-preview" dir="auto">
            {preview || 'No message yet'}
          </span>
        </span>
      </a>
    </li>
  );
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
      {state === 'failed' && <p role="alert">Earlier ones could not be read.</p>}
      <button type="button" class="button small" disabled={state === 'busy'} onClick={read}>
        {state === 'busy' ? 'Reading…' : 'Show earlier ones'}
      </button>
    </div>
  );
}

function NoConversations({ chatId, show }: { chatId: string; show: Show }) {
  if (show !== 'all') {
    return (
      <div class="empty">
        <h2>{show === 'mine' ? 'You have no conversation' : 'Nobody asks for a person'}</h2>
        <p>
          {show === 'mine'
            ? 'Those that you take over, or that somebody gives you, are here.'
            : 'When a customer wants to talk to a person, the conversation is here until it is settled.'}
        </p>
      </div>
    );
  }
  return (
    <div class="empty">
      <span class="notice-mark">
        <Icon name="talk" />
      </span>
      <h2>No conversation yet</h2>
      <p>
        As soon as somebody writes in the chat on your website, it is here. Nothing needs to be
        reloaded.
      </p>
      <a class="button" href={`/chats/${encodeURIComponent(chatId)}/integrations`}>
        How to install the chat
      </a>
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
