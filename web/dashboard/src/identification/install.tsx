import { useState } from 'preact/hooks';
import type { Identifications } from '../../../api/dashboard';
import { rich, t } from '../i18n';
import { CodeBlock } from '../parts/code-block';
import { Lazy } from '../parts/lazy';
import { mayChange } from '../session';
import { SecondsAgo } from './first-token';

const loadCheck = () => import('./site-check');

interface Props {
  chatId: string;
  snippet: string;
  /** The websites whose pages loaded the chat lately, the latest first. */
  pages: Identifications['pages'];
}

/** The tag that puts the chat on a website. */
export function Install({ chatId, snippet, pages }: Props) {
  const [checking, setChecking] = useState(false);
  const host = scriptOrigin(snippet);
  return (
    <section class="card section" aria-labelledby="install-heading">
      <div class="section-head">
        <h2 id="install-heading">{t('Install the chat')}</h2>
        {pages[0] && <span class="badge good">{t('seen on your website')}</span>}
      </div>
      <p>
        {rich(
          'Paste this tag into every page of your website, anywhere in its {head} or before {body}. The chat appears at the next visit.',
          { head: <code>&lt;head&gt;</code>, body: <code>&lt;/body&gt;</code> },
        )}
      </p>
      <CodeBlock code={snippet} name={t('install snippet')} wrap />
      {pages.length > 0 && (
        <ul class="seen-pages">
          {pages.map(({ origin, at }) => (
            <li key={origin}>
              {rich('{origin}, last loaded {when}', {
                origin: <strong dir="auto">{origin}</strong>,
                when: <SecondsAgo at={at} />,
              })}
            </li>
          ))}
        </ul>
      )}
      {mayChange.value && (
        <details
          class="disclosure"
          onToggle={(event) => event.currentTarget.open && setChecking(true)}
        >
          <summary>{t('Check my site')}</summary>
          {checking && (
            <Lazy
              load={loadCheck}
              of={t('the check')}
              give={{ chatId, origin: pages[0]?.origin ?? '' }}
            />
          )}
        </details>
      )}
      {host && (
        <details class="disclosure">
          <summary>{t('My website sends a Content-Security-Policy')}</summary>
          <p>
            {t(
              'Add this address to two of its directives. The chat needs no other, no inline script and no inline style.',
            )}
          </p>
          <CodeBlock
            code={`script-src ${host}; connect-src ${host}`}
            name={t('policy directives')}
            wrap
          />
        </details>
      )}
    </section>
  );
}

/** Scheme and host of the tag's script. */
export function scriptOrigin(snippet: string): string | null {
  const address = /\bsrc="([^"]+)"/.exec(snippet)?.[1];
  return address && URL.canParse(address) ? new URL(address).origin : null;
}
