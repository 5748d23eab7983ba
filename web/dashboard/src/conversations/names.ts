import type { Lead, Message } from '../../../api/dashboard';

/** What to call the person of a conversation. */
export function leadName(lead: Lead | null): string {
  return lead ? lead.full_name || lead.email : 'Visitor';
}

const ROLES = { assistant: 'Assistant', operator: 'Your team' } as const;

/** What to call the author of a message. */
export function authorName(message: Message, lead: Lead | null): string {
  if (message.author === 'visitor') return leadName(lead);
  return message.author_name || ROLES[message.author];
}

/** What an author is, where the name does not say it already. */
export function authorRole(message: Message): string | null {
  if (message.author === 'visitor') return null;
  const role = ROLES[message.author];
  return authorName(message, null) === role ? null : role.toLowerCase();
}
