import type { Contact } from '../../../api/dashboard';
import { leadName } from '../conversations/names';
import { fullDate, fullTime, listTime } from '../format';
import { t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { scrollRegion } from '../parts/scroll-region';
import { VerifiedMark } from '../parts/verified';
import { ATTRIBUTE, attributeText, COLUMNS } from './filter';

interface Props {
  chatId: string;
  contacts: readonly Contact[];
  columns: readonly string[];
}

/** Contacts as rows, with the columns that were chosen. */
export function ContactTable({ chatId, contacts, columns }: Props) {
  return (
    <div class="card contact-table" {...scrollRegion(t('Table of contacts'))}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('Contact')}</th>
            {columns.map((column) => (
              <th key={column} scope="col" dir="auto">
                {columnName(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {contacts.map((contact) => (
            <tr key={contact.id}>
              <th scope="row">
                <Who chatId={chatId} contact={contact} />
              </th>
              {columns.map((column) => (
                <td key={column} dir="auto">
                  <Cell contact={contact} column={column} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function columnName(column: string): string {
  const known = COLUMNS.find(({ name }) => name === column);
  return known ? t(known.label) : column.slice(ATTRIBUTE.length);
}

function Who({ chatId, contact }: { chatId: string; contact: Contact }) {
  const base = `/chats/${encodeURIComponent(chatId)}`;
  const { id, verified, conversation_id: conversation } = contact;
  const href = verified
    ? `${base}/contacts/${encodeURIComponent(id)}`
    : conversation && `${base}/conversations/${encodeURIComponent(conversation)}`;
  const name = leadName(contact);
  return (
    <span class="contact-who">
      <Avatar name={name} seed={id} />
      <span class="contact-who-text">
        {href ? (
          <a class="row-name" href={href} dir="auto">
            {name}
          </a>
        ) : (
          <span class="row-name" dir="auto">
            {name}
          </span>
        )}
        <span class="row-who">
          {verified ? <VerifiedMark /> : <span class="unverified">{t('Not verified')}</span>}
          {contact.full_name && (
            <span class="row-email" dir="auto">
              {contact.email}
            </span>
          )}
        </span>
        {contact.shares_email && (
          <span class="row-asked">
            {verified ? t('Shares the email with another') : t('A customer has this email')}
          </span>
        )}
      </span>
    </span>
  );
}

function Cell({ contact, column }: { contact: Contact; column: string }) {
  switch (column) {
    case 'stable_id':
      return contact.stable_id ? <code>{contact.stable_id}</code> : <None />;
    case 'phone_number':
      return contact.phone_number ? <span>{contact.phone_number}</span> : <None />;
    case 'email_marketing_consent':
      if (contact.email_marketing_consent === null) return <None />;
      return <>{contact.email_marketing_consent ? t('yes') : t('no')}</>;
    case 'created_at':
      return <time dateTime={contact.created_at}>{fullDate(contact.created_at)}</time>;
    case 'identified_at':
      return contact.identified_at ? (
        <time dateTime={contact.identified_at} title={fullTime(contact.identified_at)}>
          {listTime(contact.identified_at, new Date())}
        </time>
      ) : (
        <None />
      );
    default: {
      const name = column.slice(ATTRIBUTE.length);
      const text = attributeText(contact.additional_attributes[name]);
      return text ? <span class="contact-attribute">{text}</span> : <None />;
    }
  }
}

function None() {
  return (
    <>
      <span class="soft" aria-hidden="true">
        –
      </span>
      <span class="unseen">{t('none')}</span>
    </>
  );
}
