import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { msg, t } from '../i18n';
import { Lazy, type Load } from '../parts/lazy';
import { NotFound } from '../parts/not-found';
import { Skeleton } from '../parts/skeleton';
import { mayChange, session } from '../session';
import '../styles/account.css';
import '../styles/identification.css';
import '../styles/integrations.css';

interface Part {
  slug: string;
  label: string;
  load: Load<object>;
}

const SECURITY: Part = {
  slug: 'security',
  label: msg('Security'),
  load: () => import('./security'),
};

const MEMBERS: Part = { slug: 'members', label: msg('Members'), load: () => import('./members') };

const AUDIT: Part = { slug: 'audit', label: msg('Audit log'), load: () => import('./audit') };

/** Who is in the account, how one proves who one is, and who did what. */
export default function AccountPage({ params }: PageProps) {
  if (!session.value) return <Skeleton rows={4} of={t('the account')} />;
  const parts = mayChange.value ? [SECURITY, MEMBERS, AUDIT] : [SECURITY, MEMBERS];
  const part = parts.find(({ slug }) => slug === (params.part ?? SECURITY.slug));
  return part ? <Account part={part} parts={parts} /> : <NotFound />;
}

function Account({ part, parts }: { part: Part; parts: readonly Part[] }) {
  const account = session.value?.account.name;
  useTitle(t(part.label), account);
  const heading = useArrival();
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('Account')}
        </h1>
        <p class="soft">{account}</p>
      </div>
      <nav class="parts-nav" aria-label={t('Parts of the account')}>
        {parts.map(({ slug, label }) => (
          <a
            key={slug}
            href={`/account/${slug}`}
            aria-current={slug === part.slug ? 'page' : undefined}
          >
            {t(label)}
          </a>
        ))}
      </nav>
      <Lazy key={part.slug} load={part.load} of={t(part.label)} give={{}} />
    </div>
  );
}
