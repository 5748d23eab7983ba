/** What webhooks can be told of, in words. */

import { msg } from '../i18n';

export const EVENTS: readonly { name: string; label: string }[] = [
  { name: 'lead.created', label: msg('A person is known for the first time') },
  { name: 'customer.identified', label: msg('A visitor is identified as a customer') },
  { name: 'conversation.created', label: msg('A conversation begins') },
  { name: 'conversation.escalated', label: msg('A person is asked for') },
  { name: 'purchase.created', label: msg('A purchase is credited to a conversation') },
];
