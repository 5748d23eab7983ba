/** The pages of a chat: in the header, and in the palette. */

import { msg } from './i18n';

export const PAGES = [
  { slug: 'conversations', label: msg('Conversations') },
  { slug: 'contacts', label: msg('Contacts') },
  { slug: 'integrations', label: msg('Integrations') },
  { slug: 'assistant', label: msg('Assistant') },
  { slug: 'appearance', label: msg('Appearance') },
  { slug: 'settings', label: msg('Settings') },
  { slug: 'analytics', label: msg('Analytics') },
] as const;
