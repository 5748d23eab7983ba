import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Conversation, readConversation, seeConversation } from '../../../api/dashboard';
import { announce } from '../announce';
import { useTitle } from '../arrival';
import { fullTime } from '../format';
import { t } from '../i18n';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { scrollRegion } from '../parts/scroll-region';
import { Skeleton } from '../parts/skeleton';
import { VerifiedTip } from '../parts/verified';
import { usePolling } from '../polling';
import { useMergedResource } from '../resource';
import { navigate } from '../router';
import { Answering } from './answering';
import { CustomerCard } from './customer';
import { useConversationEvents } from './live';
import { mergeConversation, newMessages } from './merge';
import { Messages } from './messages';
import { authorName, leadName } from './names';

interface Props {
  chatId: string;
  chatName: string | undefined;
  id: string;
  /** The query of the list's address, which stays. */
  search: string;
}

/** One conversation and the customer it is with. */
export function Thread({ chatId, chatName, id, search }: Props) {
  const listAddress = `/chats/${encodeURIComponent(chatId)}/conversations${search}`;
  const conversation = useMergedResource(
    `conversation ${chatId} ${id}`,
    (signal) => readConversation(chatId, id, signal),
    mergeConversation,
  );
  usePolling(conversation.reload);
  const typing = useConversationEvents(chatId, id, conversation.reload);
  useEscape(() => void navigate(listAddress));

  const { value, error } = conversation;
  const name = value ? leadName(value.lead) : undefined;
  useTitle(name ?? t('Conversation'), chatName);
  useSeen(chatId, value);
  const heading = usePhoneFocus(value !== undefined);
  return (
    <section class="thread" aria-labelledby="thread-heading">
      <header class="thread-head">
        <a
          class="button quiet icon-only thread-back"
          href={listAddress}
          aria-label={t('Conversations')}
        >
          <Icon name="back" />
        </a>
        <div class="thread-title">
          <h1 id="thread-heading" ref={heading} tabIndex={-1} dir="auto">
            {name ?? t('Conversation')}
          </h1>
          {value && <Subtitle conversation={value} />}
        </div>
        {value?.lead?.verified && <VerifiedTip />}
      </header>
      {value && error && <p class="stale">{t('Not up to date. Trying again…')}</p>}
      {value ? (
        <div class="thread-body">
          <CustomerCard chatId={chatId} conversation={value} />
          <div class="thread-main">
            <MessageScroll chatId={chatId} conversation={value} />
            <p class="soft typing" dir="auto">
              {typing && t('{name} is typing…', { name: name ?? '' })}
            </p>
            <Answering chatId={chatId} conversation={value} changed={conversation.reload} />
          </div>
        </div>
      ) : error ? (
        <Failure error={error} retry={conversation.reload} />
      ) : (
        <Skeleton rows={5} of={t('the conversation')} />
      )}
    </section>
  );
}

function Subtitle({ conversation }: { conversation: Conversation }) {
  const { lead, created_at } = conversation;
  return (
    <p class="soft" dir="auto">
      {lead?.full_name && lead.email
        ? lead.email
        : t('Began {time}', { time: fullTime(created_at) })}
    </p>
  );
}

/** Follows new messages while one is at the end, and leaves the position alone otherwise. */
function MessageScroll({ chatId, conversation }: { chatId: string; conversation: Conversation }) {
  const { messages, notes, lead } = conversation;
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const shown = useRef(messages);
  const [unseen, setUnseen] = useState(0);

  const toEnd = () => {
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  useLayoutEffect(() => {
    const came = newMessages(shown.current, messages);
    shown.current = messages;
    const last = came.at(-1);
    if (last) announce(t('New message from {name}', { name: authorName(last, lead) }));
    if (atEnd.current) toEnd();
    else if (came.length > 0) setUnseen((count) => count + came.length);
  }, [messages, notes, lead]);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = scroller.current as HTMLDivElement;
    atEnd.current = scrollHeight - scrollTop - clientHeight < 48;
    if (atEnd.current) setUnseen(0);
  };
  return (
    <div class="thread-messages">
      <div
        class="thread-scroll"
        ref={scroller}
        onScroll={onScroll}
        {...scrollRegion(t('Messages'))}
      >
        {messages.length + notes.length > 0 ? (
          <Messages chatId={chatId} conversation={conversation} />
        ) : (
          <p class="soft empty">{t('Nothing has been written yet.')}</p>
        )}
      </div>
      {unseen > 0 && (
        <button type="button" class="button primary small to-end" onClick={toEnd}>
          <Icon name="down" />
          {t('{count, plural, one {New message} other {# new messages}}', { count: unseen })}
        </button>
      )}
    </div>
  );
}

/** Tells the team's inbox that this was seen, while somebody can see it. */
function useSeen(chatId: string, conversation: Conversation | undefined): void {
  const told = useRef(0);
  const last = conversation?.messages.at(-1)?.seq ?? 0;
  const id = conversation?.id;
  useEffect(() => {
    const tell = () => {
      if (document.hidden || !id || last <= told.current) return;
      told.current = last;
      // It is told again with the next message, where it does not arrive.
      void seeConversation(chatId, id, last).catch(() => {});
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [chatId, id, last]);
}

function useEscape(leave: () => void): void {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) latest.current();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

/** On a phone the conversation is a screen of its own, so its heading gets the focus. */
function usePhoneFocus(ready: boolean) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const alone = matchMedia('(width < 48rem)').matches;
    if (ready && alone) heading.current?.focus({ preventScroll: true });
  }, [ready]);
  return heading;
}
