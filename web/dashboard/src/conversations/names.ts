import type { Lead, Message } from '../../../api/dashboard';
import { msg, t } from '../i18n';

/** What to call the person of a conversation. */
export function leadName(lead: Lead | null): string {
  return lead ? lead.full_name || lead.email : t('Visitor');
}

const ROLES = { assistant: msg('Assistant'), operator: msg('Your team') } as const;
const KINDS = { assistant: msg('assistant'), operator: msg('your team') } as const;

/** What to call the author of a message. */
export function authorName(message: Message, lead: Lead | null): string {
  if (message.author === 'visitor') return leadName(lead);
  return message.author_name || t(ROLES[message.author]);
}

/** What an author is, where the name does not say it already. */
export function authorRole(message: Message): string | null {
  if (message.author === 'visitor') return null;
  const role = t(ROLES[message.author]);
  return authorName(message, null) === role ? null : t(KINDS[message.author]);
}
