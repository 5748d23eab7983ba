import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../../../api/client';
import { type CustomersPage, type Lead, listCustomers } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { lastErased } from '../contacts/erased';
import { leadName } from '../conversations/names';
import { counted, fullTime, listTime } from '../format';
import { Avatar } from '../parts/avatar';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { VerifiedMark } from '../parts/verified';
import { useRemembered, useResource } from '../resource';
import '../styles/conversations.css';
import '../styles/contacts.css';

const TYPING_PAUSE_MS = 250;

/** Everybody whom the chat knows. */
export default function ContactsPage({ params, chat }: PageProps) {
  useTitle('Contacts', chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  // Kept here and not in the address: who is searched for belongs in no history.
  const [search, setSearch] = useRemembered(`contacts search ${chatId}`, { query: '', page: 1 });
  const { query, page } = search;
  const customers = useResource(`contacts ${chatId} ${page} ${query}`, (signal) =>
    listCustomers(chatId, query, page, signal),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Contacts
        </h1>
        <p class="soft">
          Customers whom your shop signed in to the chat, and visitors who said who they are.
        </p>
      </div>
      <ErasedNotice />
      <Search query={query} onSearch={(next) => setSearch({ query: next, page: 1 })} />
      <Results
        chatId={chatId}
        query={query}
        page={customers.value}
        error={customers.error}
        retry={customers.reload}
        turnTo={(next) => setSearch({ query, page: next })}
      />
    </div>
  );
}

function ErasedNotice() {
  const erased = lastErased.value;
  useEffect(
    () => () => {
      lastErased.value = null;
    },
    [],
  );
  if (!erased) return null;
  return (
    <p class="notice good" role="status">
      <Icon name="check" />
      <span>
        <strong>The customer is erased.</strong> {counted(erased.conversations, 'conversation')},{' '}
        {counted(erased.messages, 'message')} and {counted(erased.devices, 'device')} are gone for
        good.
      </span>
    </p>
  );
}

function Search({ query, onSearch }: { query: string; onSearch: (query: string) => void }) {
  const [text, setText] = useState(query);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => {
    if (text.trim() === query) return;
    const timer = setTimeout(() => latest.current(text.trim()), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, query]);
  return (
    <search class="search">
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(text.trim());
        }}
      >
        <Icon name="search" />
        <input
          type="search"
          class="input"
          aria-label="Search contacts"
          placeholder="Email, name or customer id"
          autocomplete="off"
          spellcheck={false}
          maxLength={255}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </form>
    </search>
  );
}

interface ResultsProps {
  chatId: string;
  query: string;
  page: CustomersPage | undefined;
  error: ApiError | undefined;
  retry: () => Promise<unknown>;
  turnTo: (page: number) => void;
}

function Results({ chatId, query, page, error, retry, turnTo }: ResultsProps) {
  if (!page) {
    if (error) return <Failure error={error} retry={retry} />;
    return (
      <div class="card">
        <Skeleton rows={6} of="contacts" />
      </div>
    );
  }
  const { total } = page.meta;
  return (
    <>
      <p class="soft contacts-count" role="status">
        {query ? `${counted(total, 'contact')} found` : counted(total, 'contact')}
      </p>
      {page.customers.length > 0 ? (
        <ul class="card contacts">
          {page.customers.map((lead) => (
            <ContactRow key={lead.id} chatId={chatId} lead={lead} />
          ))}
        </ul>
      ) : query ? (
        <p class="soft empty">Nobody with that email, name or id.</p>
      ) : (
        <NoContacts chatId={chatId} />
      )}
      <Pages meta={page.meta} turnTo={turnTo} />
    </>
  );
}

function ContactRow({ chatId, lead }: { chatId: string; lead: Lead }) {
  const href = `/chats/${encodeURIComponent(chatId)}/contacts/${encodeURIComponent(lead.id)}`;
  return (
    <li>
      <a class="row contact-row" href={href}>
        <Avatar name={leadName(lead)} seed={lead.id} />
        <span class="row-text">
          <span class="row-head">
            <span class="row-name" dir="auto">
              {leadName(lead)}
            </span>
            {lead.identified_at && (
              <time
                class="row-time"
                dateTime={lead.identified_at}
                title={`Identified ${fullTime(lead.identified_at)}`}
              >
                {listTime(lead.identified_at, new Date())}
              </time>
            )}
          </span>
          <span class="row-who">
            {lead.verified ? <VerifiedMark /> : <span class="unverified">Not verified</span>}
            {lead.full_name && (
              <span class="row-email" dir="auto">
                {lead.email}
              </span>
            )}
            {lead.stable_id && <code class="row-id">{lead.stable_id}</code>}
          </span>
        </span>
      </a>
    </li>
  );
}

interface PagesProps {
  meta: CustomersPage['meta'];
  turnTo: (page: number) => void;
}

function Pages({ meta: { page, per_page, total }, turnTo }: PagesProps) {
  const last = Math.max(1, Math.ceil(total / per_page));
  if (last === 1 && page === 1) return null;
  return (
    <nav class="pages" aria-label="Pages of contacts">
      <button
        type="button"
        class="button small"
        disabled={page <= 1}
        onClick={() => turnTo(page - 1)}
      >
        Before
      </button>
      <span>
        Page {page} of {last}
      </span>
      <button
        type="button"
        class="button small"
        disabled={page >= last}
        onClick={() => turnTo(page + 1)}
      >
        Next
      </button>
    </nav>
  );
}

function NoContacts({ chatId }: { chatId: string }) {
  return (
    <div class="empty">
      <span class="notice-mark">
        <Icon name="people" />
      </span>
      <h2>No contact yet</h2>
      <p>
        Once your shop identifies its customers, or a visitor says who they are, they are listed
        here.
      </p>
      <a class="button" href={`/chats/${encodeURIComponent(chatId)}/integrations`}>
        How to identify customers
      </a>
    </div>
  );
}
