import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Conversation, readConversation } from '../../../api/dashboard';
import { announce } from '../announce';
import { useTitle } from '../arrival';
import { fullTime } from '../format';
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
}

/** One conversation and the customer it is with. */
export function Thread({ chatId, chatName, id }: Props) {
  const listAddress = `/chats/${encodeURIComponent(chatId)}/conversations`;
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
  useTitle(name ?? 'Conversation', chatName);
  const heading = usePhoneFocus(value !== undefined);
  return (
    <section class="thread" aria-labelledby="thread-heading">
      <header class="thread-head">
        <a class="button quiet icon-only thread-back" href={listAddress} aria-label="Conversations">
          <Icon name="back" />
        </a>
        <div class="thread-title">
          <h1 id="thread-heading" ref={heading} tabIndex={-1} dir="auto">
            {name ?? 'Conversation'}
          </h1>
          {value && <Subtitle conversation={value} />}
        </div>
        {value?.lead?.verified && <VerifiedTip />}
      </header>
      {value && error && <p class="stale">Not up to date. Trying again…</p>}
      {value ? (
        <div class="thread-body">
          <CustomerCard chatId={chatId} conversation={value} />
          <div class="thread-main">
            <MessageScroll chatId={chatId} conversation={value} />
            <p class="soft typing" dir="auto">
              {typing && `${name} is typing…`}
            </p>
            <Answering chatId={chatId} conversation={value} changed={conversation.reload} />
          </div>
        </div>
      ) : error ? (
        <Failure error={error} retry={conversation.reload} />
      ) : (
        <Skeleton rows={5} of="the conversation" />
      )}
    </section>
  );
}

function Subtitle({ conversation }: { conversation: Conversation }) {
  const { lead, created_at } = conversation;
  return (
    <p class="soft" dir="auto">
      {lead?.full_name && lead.email ? lead.email : `Began ${fullTime(created_at)}`}
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
    if (last) announce(`New message from ${authorName(last, lead)}`);
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
      <div class="thread-scroll" ref={scroller} onScroll={onScroll} {...scrollRegion('Messages')}>
        {messages.length + notes.length > 0 ? (
          <Messages chatId={chatId} conversation={conversation} />
        ) : (
          <p class="soft empty">Nothing has been written yet.</p>
        )}
      </div>
      {unseen > 0 && (
        <button type="button" class="button primary small to-end" onClick={toEnd}>
          <Icon name="down" />
          {unseen === 1 ? 'New message' : `${unseen} new messages`}
        </button>
      )}
    </div>
  );
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
