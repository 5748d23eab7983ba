import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../../../api/client';
import { type Contact, listCustomers, type ContactsPage as Page } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { lastErased } from '../contacts/erased';
import {
  asked,
  attributeNames,
  countSet,
  type Filter,
  keepColumns,
  readColumns,
  readFilter,
  writeFilter,
} from '../contacts/filter';
import { SharedEmailsLink } from '../contacts/shared-emails';
import { ContactTable } from '../contacts/table';
import { Toolbar } from '../contacts/toolbar';
import { useAskedFor } from '../conversations/asked-for';
import { SearchField } from '../conversations/filters';
import { rich, t } from '../i18n';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { useMergedResource, useRemembered } from '../resource';
import { navigate, place } from '../router';
import '../styles/conversations.css';
import '../styles/contacts.css';

interface Held {
  contacts: Contact[];
  next: string | null;
}

/** Everybody whom the chat knows. */
export default function ContactsPage({ params, chat }: PageProps) {
  useTitle(t('Contacts'), chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const filter = readFilter(place.value.search);
  // Kept here and not in the address: who is searched for belongs in no history.
  const [query, setQuery] = useRemembered(`contacts search ${chatId}`, '');
  useAskedFor(setQuery);
  const [columns, setColumns] = useState<readonly string[]>(() => readColumns(chatId));
  const contacts = useMergedResource<Held, Page>(
    `contacts ${chatId} ${writeFilter(filter)} ${query}`,
    (signal) => listCustomers(chatId, query, asked(filter), null, signal),
    (_, page) => ({ contacts: page.customers, next: page.next }),
  );
  const readMore = async (signal: AbortSignal) => {
    const after = contacts.value?.next ?? null;
    const page = await listCustomers(chatId, query, asked(filter), after, signal);
    contacts.update((held) => ({
      contacts: [...(held?.contacts ?? []), ...page.customers],
      next: page.next,
    }));
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('Contacts')}
        </h1>
        <p class="soft">
          {t('Customers whom your shop signed in to the chat, and visitors who said who they are.')}
        </p>
      </div>
      <ErasedNotice />
      <SharedEmailsLink chatId={chatId} />
      <SearchField
        query={query}
        onSearch={setQuery}
        label={t('Search contacts')}
        placeholder={t('Email, name, phone, id or attribute')}
      />
      <Toolbar
        chatId={chatId}
        query={query}
        filter={filter}
        setFilter={(next: Filter) => void navigate(place.peek().path + writeFilter(next))}
        columns={columns}
        setColumns={(next) => {
          keepColumns(chatId, next);
          setColumns(next);
        }}
        attributes={attributeNames(contacts.value?.contacts ?? [])}
      />
      <Results
        chatId={chatId}
        isNarrowed={query !== '' || countSet(filter) > 0}
        held={contacts.value}
        error={contacts.error}
        retry={contacts.reload}
        columns={columns}
        readMore={readMore}
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
  const { conversations, messages, devices } = erased;
  return (
    <p class="notice good" role="status">
      <Icon name="check" />
      <span>
        {rich('{title} {conversations}, {messages} and {devices} are gone for good.', {
          title: <strong>{t('The customer is erased.')}</strong>,
          conversations: t('{count, plural, one {# conversation} other {# conversations}}', {
            count: conversations,
          }),
          messages: t('{count, plural, one {# message} other {# messages}}', { count: messages }),
          devices: t('{count, plural, one {# device} other {# devices}}', { count: devices }),
        })}
      </span>
    </p>
  );
}

interface ResultsProps {
  chatId: string;
  /** Whether there is a search or a filter. */
  isNarrowed: boolean;
  held: Held | undefined;
  error: ApiError | undefined;
  retry: () => Promise<unknown>;
  columns: readonly string[];
  readMore: (signal: AbortSignal) => Promise<void>;
}

function Results({ chatId, isNarrowed, held, error, retry, columns, readMore }: ResultsProps) {
  if (!held) {
    if (error) return <Failure error={error} retry={retry} />;
    return (
      <div class="card">
        <Skeleton rows={6} of={t('contacts')} />
      </div>
    );
  }
  const count = held.contacts.length;
  return (
    <>
      <p class="soft contacts-count" role="status">
        {held.next === null
          ? isNarrowed
            ? t('{count, plural, one {# contact found} other {# contacts found}}', { count })
            : t('{count, plural, one {# contact} other {# contacts}}', { count })
          : t('{count, plural, one {The first contact} other {The first # contacts}}', { count })}
      </p>
      {count > 0 ? (
        <ContactTable chatId={chatId} contacts={held.contacts} columns={columns} />
      ) : held.next !== null ? (
        <p class="soft empty">{t('None among those looked at so far.')}</p>
      ) : isNarrowed ? (
        <p class="soft empty">{t('Nobody like that.')}</p>
      ) : (
        <NoContacts chatId={chatId} />
      )}
      {held.next !== null && <More readMore={readMore} />}
    </>
  );
}

function More({ readMore }: Pick<ResultsProps, 'readMore'>) {
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
    <div class="pages">
      {state === 'failed' && <p role="alert">{t('Further ones could not be read.')}</p>}
      <button type="button" class="button" disabled={state === 'busy'} onClick={read}>
        {state === 'busy' ? t('Reading…') : t('Show further ones')}
      </button>
    </div>
  );
}

function NoContacts({ chatId }: { chatId: string }) {
  return (
    <div class="empty">
      <span class="notice-mark">
        <Icon name="people" />
      </span>
      <h2>{t('No contact yet')}</h2>
      <p>
        {t(
          'Once your shop identifies its customers, or a visitor says who they are, they are listed here.',
        )}
      </p>
      <a class="button" href={`/chats/${encodeURIComponent(chatId)}/integrations`}>
        {t('How to identify customers')}
      </a>
    </div>
  );
}
