import { type Customer, readCustomer } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { CustomerActions } from '../contacts/actions';
import { ContactConversations, Devices } from '../contacts/activity';
import { Fields } from '../contacts/fields';
import { Attributes } from '../conversations/attributes';
import { leadName } from '../conversations/names';
import { fullTime } from '../format';
import { rich, t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { VerifiedTip } from '../parts/verified';
import { usePolling } from '../polling';
import { RecordCheck } from '../record/check';
import { Timeline } from '../record/timeline';
import { useResource } from '../resource';
import { mayChange } from '../session';
import '../styles/conversations.css';
import '../styles/integrations.css';
import '../styles/identification.css';
import '../styles/contacts.css';

/** One person: what is known and from whom, where they are signed in, and what happened. */
export default function ContactPage({ params, chat }: PageProps) {
  const chatId = params.chat ?? '';
  const id = params.customer ?? '';
  const customer = useResource(`contact ${chatId} ${id}`, (signal) =>
    readCustomer(chatId, id, signal),
  );
  usePolling(customer.reload);
  const { value, error } = customer;
  useTitle(value ? leadName(value) : t('Contact'), chat.value?.chat.name);
  return (
    <div class="page" key={id}>
      <a class="back-link" href={contactsOf(chatId)}>
        <Icon name="back" />
        {t('Contacts')}
      </a>
      {value && error && <p class="stale">{t('Not up to date. Trying again…')}</p>}
      {value ? (
        <Contact
          chatId={chatId}
          customer={value}
          replace={(after) => customer.update(() => after)}
          reload={customer.reload}
        />
      ) : error ? (
        <Failure error={error} retry={customer.reload} />
      ) : (
        <Skeleton rows={6} of={t('the contact')} />
      )}
    </div>
  );
}

function contactsOf(chatId: string): string {
  return `/chats/${encodeURIComponent(chatId)}/contacts`;
}

interface ContactProps {
  chatId: string;
  customer: Customer;
  replace: (after: Customer) => void;
  reload: () => Promise<unknown>;
}

function Contact({ chatId, customer, replace, reload }: ContactProps) {
  const heading = useArrival();
  const attributes = customer.additional_attributes;
  return (
    <>
      <header class="contact-head">
        <Avatar name={leadName(customer)} seed={customer.id} />
        <div class="contact-title">
          <h1 ref={heading} tabIndex={-1} dir="auto">
            {leadName(customer)}
          </h1>
          <p class="contact-standing">
            {customer.verified ? (
              <VerifiedTip />
            ) : (
              <span class="unverified">{t('Not verified: typed, not signed')}</span>
            )}
            {customer.full_name && (
              <span class="soft" dir="auto">
                {customer.email}
              </span>
            )}
          </p>
        </div>
        {mayChange.value && (
          <CustomerActions
            chatId={chatId}
            customer={customer}
            leaveTo={contactsOf(chatId)}
            reload={reload}
          />
        )}
      </header>
      <SameEmail chatId={chatId} customer={customer} />
      {customer.revoked_before && (
        <p class="notice">
          {t('Signed out everywhere. Tokens issued before {time} are refused.', {
            time: fullTime(customer.revoked_before),
          })}
        </p>
      )}
      <div class="contact-grid">
        <div class="contact-column">
          <Fields chatId={chatId} customer={customer} replace={replace} />
          <section class="card section" aria-labelledby="attributes-heading">
            <h2 id="attributes-heading">{t('Attributes')}</h2>
            {Object.keys(attributes).length > 0 ? (
              <Attributes attributes={attributes} />
            ) : (
              <p class="soft">{t('Your shop has sent none.')}</p>
            )}
          </section>
          <Devices customer={customer} />
        </div>
        <div class="contact-column">
          <ContactConversations chatId={chatId} customer={customer} />
          <section class="card section" aria-labelledby="timeline-heading">
            <h2 id="timeline-heading">{t('Timeline')}</h2>
            <Timeline chatId={chatId} entries={customer.timeline} />
            <RecordCheck chatId={chatId} />
          </section>
        </div>
      </div>
    </>
  );
}

function SameEmail({ chatId, customer }: Pick<ContactProps, 'chatId' | 'customer'>) {
  const others = customer.same_email;
  if (others.length === 0) return null;
  return (
    <div class="notice warn">
      <Icon name="warning" />
      <div>
        <p>
          {rich(
            '{title} Your shop gave them different ids, so they are kept apart and share nothing:',
            { title: <strong>{t('Another customer has this email too.')}</strong> },
          )}
        </p>
        <ul class="same-email">
          {others.map((other) => (
            <li key={other.id}>
              <a href={`${contactsOf(chatId)}/${encodeURIComponent(other.id)}`} dir="auto">
                {leadName(other)}
              </a>{' '}
              {other.stable_id ? <code>{other.stable_id}</code> : <span>{t('without an id')}</span>}
            </li>
          ))}
        </ul>
        <a href={`/chats/${encodeURIComponent(chatId)}/shared-emails`}>
          {t('Are they one person? Say so for your team.')}
        </a>
      </div>
    </div>
  );
}
