import { useEffect, useRef } from 'preact/hooks';
import { listConversations, type Show } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { ConversationList } from '../conversations/list';
import { mergePage } from '../conversations/merge';
import { Thread } from '../conversations/thread';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { usePolling } from '../polling';
import { useMergedResource, useRemembered } from '../resource';
import '../styles/contacts.css';
import '../styles/conversations.css';

/** The list on the left and one conversation on the right; on a phone, one or the other. */
export default function ConversationsPage({ params, chat }: PageProps) {
  const chatId = params.chat ?? '';
  const openId = params.conversation;
  const chatName = chat.value?.chat.name;
  return (
    <div class="split" data-open={openId !== undefined}>
      <ListPane chatId={chatId} openId={openId} />
      <div class="split-thread">
        {openId ? (
          <Thread key={openId} chatId={chatId} chatName={chatName} id={openId} />
        ) : (
          <NothingOpen chatName={chatName} />
        )}
      </div>
    </div>
  );
}

interface ListPaneProps {
  chatId: string;
  openId: string | undefined;
}

function ListPane({ chatId, openId }: ListPaneProps) {
  const heading = useArrival();
  // The page is about the open conversation, if there is one: then that has the first heading.
  const Heading = openId ? 'h2' : 'h1';
  const pane = useReturnedFocus(openId);
  const [show, setShow] = useRemembered<Show>(`show ${chatId}`, 'all');
  const { list, readMore } = useConversations(chatId, show);
  return (
    <section class="split-list" aria-labelledby="conversations-heading" ref={pane}>
      <div class="split-list-head">
        <Heading id="conversations-heading" ref={heading} tabIndex={-1}>
          Conversations
        </Heading>
        {list.value && list.value.total > 0 && <span class="count">{list.value.total}</span>}
      </div>
      <Filter show={show} setShow={setShow} needsPerson={list.value?.needsPerson ?? 0} />
      {list.value && list.error && <p class="stale">Not up to date. Trying again…</p>}
      {list.value ? (
        <ConversationList
          chatId={chatId}
          openId={openId}
          show={show}
          list={list.value}
          readMore={readMore}
        />
      ) : list.error ? (
        <Failure error={list.error} retry={list.reload} />
      ) : (
        <Skeleton rows={6} of="conversations" />
      )}
    </section>
  );
}

interface FilterProps {
  show: Show;
  setShow: (show: Show) => void;
  needsPerson: number;
}

const SHOWN: readonly [Show, string][] = [
  ['all', 'All'],
  ['needs_person', 'Needs a person'],
  ['mine', 'Mine'],
];

function Filter({ show, setShow, needsPerson }: FilterProps) {
  return (
    <fieldset class="list-filter">
      <legend class="unseen">Which conversations</legend>
      {SHOWN.map(([value, label]) => (
        <button
          key={value}
          type="button"
          class="button small"
          aria-pressed={show === value}
          onClick={() => setShow(value)}
        >
          {label}
          {value === 'needs_person' && needsPerson > 0 && (
            <span class="filter-count">{needsPerson}</span>
          )}
        </button>
      ))}
    </fieldset>
  );
}

function NothingOpen({ chatName }: { chatName: string | undefined }) {
  useTitle('Conversations', chatName);
  return (
    <div class="notice-page">
      <span class="notice-mark">
        <Icon name="talk" />
      </span>
      <p class="soft">Choose a conversation to read it here.</p>
    </div>
  );
}

function useConversations(chatId: string, show: Show) {
  const list = useMergedResource(
    `conversations ${chatId} ${show}`,
    (signal) => listConversations(chatId, show, 1, signal),
    mergePage,
  );
  usePolling(list.reload);

  const readMore = async (signal: AbortSignal) => {
    const page = await listConversations(chatId, show, (list.value?.pages ?? 0) + 1, signal);
    list.update((held) => mergePage(held, page));
  };
  return { list, readMore };
}

/** When a conversation is closed, the focus returns to its row in the list. */
function useReturnedFocus(openId: string | undefined) {
  const pane = useRef<HTMLElement>(null);
  const before = useRef(openId);
  useEffect(() => {
    const closed = before.current;
    before.current = openId;
    if (closed === undefined || openId !== undefined) return;
    const rows = pane.current?.querySelectorAll<HTMLElement>('a[data-conversation]') ?? [];
    for (const row of rows) if (row.dataset.conversation === closed) row.focus();
  }, [openId]);
  return pane;
}
