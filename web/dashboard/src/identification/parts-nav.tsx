import type { ChatDetail, Identification } from '../../../api/dashboard';
import { msg, t } from '../i18n';
import type { Load } from '../parts/lazy';
import type { Resource } from '../resource';
import type { Live } from './live';

/** What every part of the Integrations page is given. */
export interface PartProps {
  detail: ChatDetail;
  identification: Resource<Identification>;
  live: Live;
}

export interface Part {
  slug: string;
  label: string;
  /** The first part comes with the page. */
  load?: Load<PartProps>;
}

const PARTS: readonly Part[] = [
  { slug: '', label: msg('Set-up') },
  { slug: 'keys', label: msg('Keys'), load: () => import('./keys') },
  { slug: 'recent', label: msg('Recent'), load: () => import('./recent') },
  { slug: 'check', label: msg('Check a token'), load: () => import('./check') },
  { slug: 'rollout', label: msg('Rollout and rules'), load: () => import('./rollout') },
  { slug: 'orders', label: msg('Order tracking'), load: () => import('../orders/orders') },
  { slug: 'purchases', label: msg('Purchases'), load: () => import('./purchases') },
  {
    slug: 'programs',
    label: msg('Backend API and Zapier'),
    load: () => import('../programs/programs'),
  },
  { slug: 'webhooks', label: msg('Webhooks'), load: () => import('../webhooks/webhooks') },
];

export function partOf(slug: string | undefined): Part | undefined {
  return PARTS.find((part) => part.slug === (slug ?? ''));
}

export function partAddress(chatId: string, slug: string): string {
  const base = `/chats/${encodeURIComponent(chatId)}/integrations`;
  return slug ? `${base}/${slug}` : base;
}

/** The parts of the page, each with an address of its own. */
export function PartsNav({ chatId, current }: { chatId: string; current: Part }) {
  return (
    <nav class="parts-nav" aria-label={t('Parts of the integrations')}>
      {PARTS.map((part) => (
        <a
          key={part.slug}
          href={partAddress(chatId, part.slug)}
          aria-current={part === current ? 'page' : undefined}
        >
          {t(part.label)}
        </a>
      ))}
    </nav>
  );
}
