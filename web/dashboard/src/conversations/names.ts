import type { Lead, Message } from '../../../api/dashboard';

/** What to call the person of a conversation. */
export function leadName(lead: Lead | null): string {
  return lead?.full_name || lead?.email || 'Visitor';
}

/** What to call the author of a message. */
export function authorName(message: Message, lead: Lead | null): string {
  if (message.author === 'visitor') return leadName(lead);
  return message.author_name || (message.author === 'assistant' ? 'Assistant' : 'Operator');
}
