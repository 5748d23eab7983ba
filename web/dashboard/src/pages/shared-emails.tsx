import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { SharedEmails } from '../contacts/shared-emails';
import { t } from '../i18n';
import { Icon } from '../parts/icon';
import '../styles/conversations.css';
import '../styles/contacts.css';

/** Customers who have one email: are they one person? */
export default function SharedEmailsPage({ params, chat }: PageProps) {
  const chatId = params.chat ?? '';
  const heading = useArrival();
  useTitle(t('Shared emails'), chat.value?.chat.name);
  return (
    <div class="page">
      <a class="back-link" href={`/chats/${encodeURIComponent(chatId)}/contacts`}>
        <Icon name="back" />
        {t('Contacts')}
      </a>
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('Shared emails')}
        </h1>
      </div>
      <SharedEmails chatId={chatId} />
    </div>
  );
}
