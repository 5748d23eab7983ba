import { useRef } from 'preact/hooks';
import { type Analytics, analyticsFile, readAnalytics } from '../../../api/dashboard';
import { PictureCard } from '../analytics/picture';
import { picturesOf } from '../analytics/pictures';
import { RangeField } from '../analytics/range-field';
import { type Chosen, queryOf } from '../analytics/ranges';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { t } from '../i18n';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { usePolling } from '../polling';
import { useRemembered, useResource } from '../resource';
import '../styles/integrations.css';
import '../styles/analytics.css';

/** Counts change slowly: once a minute, and whenever the page comes into view. */
const EVERY_MS = 60_000;

/** What goes on in the chat, in numbers. Each picture is drawn by `../analytics`. */
export default function AnalyticsPage({ params, chat }: PageProps) {
  useTitle(t('Analytics'), chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const [chosen, setChosen] = useRemembered<Chosen>(`analytics range ${chatId}`, { kind: '7d' });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';
  const query = queryOf(chosen, new Date(), zone);
  const analytics = useResource(query && `analytics ${chatId} ${query}`, (signal) =>
    readAnalytics(chatId, query ?? '', signal),
  );
  usePolling(analytics.reload, EVERY_MS);
  // While another time is fetched the one before stays: nothing jumps.
  const before = useRef<Analytics | undefined>(undefined);
  if (analytics.value) before.current = analytics.value;
  const shown = analytics.value ?? before.current;
  return (
    <div class="page analytics">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('Analytics')}
        </h1>
        <p class="soft">
          {t('What goes on in this chat, counted by the hour and compared with the time before.')}
        </p>
      </div>
      <div class="analytics-bar">
        <RangeField chosen={chosen} onChoose={setChosen} />
        <a class="button" href={analyticsFile(chatId, query ?? '', '')} download="analytics.csv">
          {t('Download all as CSV')}
        </a>
      </div>
      {shown && !analytics.error ? (
        <div class={analytics.value ? 'pictures' : 'pictures waiting'} aria-busy={!analytics.value}>
          {picturesOf(shown).map((picture) => (
            <PictureCard
              key={picture.id}
              picture={picture}
              analytics={shown}
              file={analyticsFile(chatId, query ?? '', picture.only)}
            />
          ))}
        </div>
      ) : analytics.error ? (
        <Failure error={analytics.error} retry={analytics.reload} />
      ) : (
        <Skeleton rows={8} of={t('the numbers')} />
      )}
    </div>
  );
}
