import { useEffect, useRef, useState } from 'preact/hooks';
import { inboxEvents, listConversations } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { useAskedFor } from '../conversations/asked-for';
import { asked, type Filter, readFilter, writeFilter } from '../conversations/filter';
import { atLeast, Filters, SearchField } from '../conversations/filters';
import { KeyHelp } from '../conversations/key-help';
import { press, stepRows, useKeys } from '../conversations/keys';
import { ConversationList } from '../conversations/list';
import { mergePage } from '../conversations/merge';
import { Thread } from '../conversations/thread';
import { follow } from '../following';
import { t } from '../i18n';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { usePolling } from '../polling';
import { useMergedResource, useRemembered } from '../resource';
import { navigate, place } from '../router';
import '../styles/contacts.css';
import '../styles/conversations.css';

/** Where the stream of events is, looking by oneself is for what it missed. */
const LOOK_MS = 15_000;

/** The list on the left and one conversation on the right; on a phone, one or the other. */
export default function ConversationsPage({ params, chat }: PageProps) {
  const chatId = params.chat ?? '';
  const openId = params.conversation;
  const chatName = chat.value?.chat.name;
  const filter = readFilter(place.value.search);
  const [helping, setHelping] = useState(false);
  useKeys({
    j: () => stepRows(1),
    k: () => stepRows(-1),
    a: () => press('take-over'),
    n: () => press('note'),
    r: () => document.querySelector<HTMLElement>('[data-key="answer"]')?.focus(),
    '/': () => document.querySelector<HTMLElement>('[data-key="search"]')?.focus(),
    '?': () => setHelping(true),
  });
  return (
    <div class="split" data-open={openId !== undefined}>
      <ListPane chatId={chatId} openId={openId} filter={filter} help={() => setHelping(true)} />
      <div class="split-thread">
        {openId ? (
          <Thread
            key={openId}
            chatId={chatId}
            chatName={chatName}
            id={openId}
            search={writeFilter(filter)}
          />
        ) : (
          <NothingOpen chatName={chatName} />
        )}
      </div>
      {helping && <KeyHelp onClose={() => setHelping(false)} />}
    </div>
  );
}

interface ListPaneProps {
  chatId: string;
  openId: string | undefined;
  filter: Filter;
  help: () => void;
}

function ListPane({ chatId, openId, filter, help }: ListPaneProps) {
  const heading = useArrival();
  // The page is about the open conversation, if there is one: then that has the first heading.
  const Heading = openId ? 'h2' : 'h1';
  const pane = useReturnedFocus(openId);
  // Not in the address: who is searched for belongs in no history.
  const [query, setQuery] = useRemembered(`conversations search ${chatId}`, '');
  useAskedFor(setQuery);
  const { list, readMore } = useConversations(chatId, filter, query);
  const setFilter = (next: Filter) => void navigate(place.peek().path + writeFilter(next));
  return (
    <section class="split-list" aria-labelledby="conversations-heading" ref={pane}>
      <div class="split-list-head">
        <Heading id="conversations-heading" ref={heading} tabIndex={-1}>
          {t('Conversations')}
        </Heading>
        {list.value && list.value.total > 0 && (
          <span class="count">{atLeast(list.value.total)}</span>
        )}
        <button type="button" class="button quiet small keys-button" onClick={help}>
          {t('Shortcuts')}
        </button>
      </div>
      <div class="split-list-search">
        <SearchField
          query={query}
          onSearch={setQuery}
          label={t('Search conversations')}
          placeholder={t('Messages, names, emails')}
        />
      </div>
      <Filters
        chatId={chatId}
        filter={filter}
        setFilter={setFilter}
        needsPerson={list.value?.needsPerson ?? 0}
      />
      {list.value && list.error && <p class="stale">{t('Not up to date. Trying again…')}</p>}
      {list.value ? (
        <ConversationList
          chatId={chatId}
          openId={openId}
          filter={filter}
          query={query}
          list={list.value}
          readMore={readMore}
        />
      ) : list.error ? (
        <Failure error={list.error} retry={list.reload} />
      ) : (
        <Skeleton rows={6} of={t('conversations')} />
      )}
    </section>
  );
}

function NothingOpen({ chatName }: { chatName: string | undefined }) {
  useTitle(t('Conversations'), chatName);
  return (
    <div class="notice-page">
      <span class="notice-mark">
        <Icon name="talk" />
      </span>
      <p class="soft">{t('Choose a conversation to read it here.')}</p>
    </div>
  );
}

function useConversations(chatId: string, filter: Filter, query: string) {
  const wanted = asked(filter);
  const list = useMergedResource(
    `conversations ${chatId} ${writeFilter(filter)} ${query}`,
    async (signal) => ({
      page: await listConversations(chatId, query, wanted, null, signal),
      isFirst: true,
    }),
    mergePage,
  );
  usePolling(list.reload, LOOK_MS);
  const { reload } = list;
  useEffect(() => {
    const look = () => void reload();
    return follow(inboxEvents(chatId), { look, events: { changed: look } });
  }, [chatId, reload]);

  const readMore = async (signal: AbortSignal) => {
    const after = list.value?.next ?? null;
    const page = await listConversations(chatId, query, wanted, after, signal);
    list.update((held) => mergePage(held, { page, isFirst: false }));
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
