import { useState } from 'preact/hooks';
import type { Attempt, Totals } from '../../../api/dashboard';
import { leadName } from '../conversations/names';
import type { Connection } from '../following';
import { exactTime, figure, fullTime } from '../format';
import { msg, rich, t } from '../i18n';
import { CopyButton } from '../parts/copy-button';
import { Failure } from '../parts/failure';
import { Icon, Seal } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { RecordCheck } from '../record/check';
import { Measure } from './cause';
import { Chart } from './chart';
import { type PartProps, partAddress } from './parts-nav';

type Filter = 'all' | 'verified' | 'refused';

const FILTERS: readonly { filter: Filter; label: string }[] = [
  { filter: 'all', label: msg('All') },
  { filter: 'verified', label: msg('Verified') },
  { filter: 'refused', label: msg('Not verified') },
];

/** Who was identified and who was not, as it happens. */
export default function RecentPart({ detail, live }: PartProps) {
  const { value, error, connection, reload } = live;
  const chatId = detail.chat.id;
  // While it is paused: what was listed at that moment.
  const [frozen, setFrozen] = useState<readonly Attempt[] | null>(null);
  const [filter, setFilter] = useState<Filter>('all');
  if (!value) {
    if (error) return <Failure error={error} retry={reload} />;
    return <Skeleton rows={6} of={t('recent identifications')} />;
  }
  const listed = (frozen ?? value.attempts).filter((one) => isWanted(one, filter));
  const waiting = frozen ? newSince(frozen, value.attempts) : 0;
  return (
    <>
      <div class="beside">
        <DayTotals totals={value.totals} />
        <section class="card section" aria-labelledby="record-heading">
          <h2 id="record-heading">{t('The record')}</h2>
          <p>
            {t(
              'What happens to identities is written into a record whose entries are chained: one that is changed, removed or slipped in later is found out.',
            )}
          </p>
          <RecordCheck chatId={chatId} />
        </section>
      </div>
      <Chart chatId={chatId} turn={value.totals.verified + value.totals.refused} />
      <section class="card section" aria-labelledby="recent-heading">
        <div class="section-head">
          <h2 id="recent-heading">{t('Recent identifications')}</h2>
          <LiveState connection={connection} paused={frozen !== null} waiting={waiting} />
          <button
            type="button"
            class="button small section-head-end"
            onClick={() => setFrozen(frozen ? null : value.attempts)}
          >
            {frozen ? t('Resume') : t('Pause')}
          </button>
        </div>
        <p>
          {rich(
            'The page is told only that a token was refused; here is why. Each line has the id that the answer carries too, in its header {header}.',
            { header: <code>X-Request-Id</code> },
          )}
        </p>
        {error && <p class="stale">{t('Not up to date. Trying again…')}</p>}
        <fieldset class="segments">
          <legend class="unseen">{t('Which are listed')}</legend>
          {FILTERS.map((one) => (
            <label key={one.filter}>
              <input
                type="radio"
                name="filter"
                class="unseen"
                checked={filter === one.filter}
                onChange={() => setFilter(one.filter)}
              />
              <span>{t(one.label)}</span>
            </label>
          ))}
        </fieldset>
        {listed.length > 0 ? (
          <ol class="attempts">
            {listed.map((attempt) => (
              <AttemptRow key={attempt.request_id} chatId={chatId} attempt={attempt} />
            ))}
          </ol>
        ) : (
          <NoAttempts chatId={chatId} filtered={value.attempts.length > 0} />
        )}
      </section>
    </>
  );
}

function isWanted({ outcome }: Attempt, filter: Filter): boolean {
  return filter === 'all' || (filter === 'verified') === (outcome === 'verified');
}

function newSince(frozen: readonly Attempt[], now: readonly Attempt[]): number {
  const known = new Set(frozen.map(({ request_id }) => request_id));
  return now.filter(({ request_id }) => !known.has(request_id)).length;
}

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: msg('Connecting…'),
  live: msg('Live'),
  reconnecting: msg('Reconnecting…'),
};

interface LiveStateProps {
  connection: Connection;
  paused: boolean;
  waiting: number;
}

function LiveState({ connection, paused, waiting }: LiveStateProps) {
  const words = paused
    ? waiting > 0
      ? t('Paused, {count} new', { count: waiting })
      : t('Paused')
    : t(CONNECTIONS[connection]);
  return (
    <span class="live" data-state={paused ? 'paused' : connection}>
      <i aria-hidden="true" />
      {words}
    </span>
  );
}

const OUTCOMES: Readonly<Record<string, { word: string; badge: string }>> = {
  verified: { word: msg('Verified'), badge: 'badge good' },
  refused: { word: msg('Refused'), badge: 'badge bad' },
  limited: { word: msg('Too many'), badge: 'badge warn' },
  unavailable: { word: msg('Unavailable'), badge: 'badge warn' },
};

function AttemptRow({ chatId, attempt }: { chatId: string; attempt: Attempt }) {
  const { outcome, customer, reason, message, detail, remedy, warnings, kid, origin, at } = attempt;
  const { word, badge } = OUTCOMES[outcome] ?? { word: outcome, badge: 'badge' };
  return (
    <li class="attempt">
      <div class="attempt-head">
        <span class={badge}>
          {outcome === 'verified' && <Seal />}
          {t(word)}
        </span>
        {customer && (
          <a
            class="attempt-who"
            dir="auto"
            href={`/chats/${encodeURIComponent(chatId)}/contacts/${encodeURIComponent(customer.id)}`}
          >
            {leadName(customer)}
          </a>
        )}
        <time class="attempt-time" dateTime={at} title={fullTime(at)}>
          {exactTime(at)}
        </time>
      </div>
      {message && (
        <p>
          <strong>{t(message)}</strong> <Measure detail={detail} /> {remedy && t(remedy)}
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning.code} class="attempt-warning">
          <Icon name="warning" />
          {t(warning.message)}
        </p>
      ))}
      <p class="attempt-facts">
        {reason && <code>{reason}</code>}
        {kid && <span>{rich('key {kid}', { kid: <code>{kid}</code> })}</span>}
        {origin && <span dir="auto">{origin}</span>}
        <span class="request-id">
          <code>{attempt.request_id}</code>
          <CopyButton
            text={attempt.request_id}
            of={t('request id {id}', { id: attempt.request_id })}
          />
        </span>
      </p>
    </li>
  );
}

function NoAttempts({ chatId, filtered }: { chatId: string; filtered: boolean }) {
  if (filtered) return <p class="soft empty">{t('None of the latest hundred.')}</p>;
  return (
    <div class="empty">
      <span class="notice-mark">
        <Icon name="talk" />
      </span>
      <h3>{t('No token has come yet')}</h3>
      <p>
        {t(
          'As soon as a page of your shop identifies somebody, it is listed here, verified or not.',
        )}
      </p>
      <a class="button" href={partAddress(chatId, '')}>
        {t('How to set it up')}
      </a>
    </div>
  );
}

function DayTotals({ totals }: { totals: Totals }) {
  const reasons = [...totals.by_reason].sort((a, b) => b.count - a.count);
  return (
    <section class="card section" aria-labelledby="totals-heading">
      <h2 id="totals-heading">{t('The last {count} hours', { count: totals.hours })}</h2>
      <p class="totals">
        <span>
          {rich('{figure} verified', {
            figure: <strong class="figure good">{figure(totals.verified)}</strong>,
          })}
        </span>
        <span>
          {rich('{figure} refused', {
            figure: <strong class="figure">{figure(totals.refused)}</strong>,
          })}
        </span>
      </p>
      {reasons.length > 0 ? (
        <ul class="reasons">
          {reasons.map(({ reason, message, remedy, count }) => (
            <li key={reason}>
              <span
                class="reason-count"
                title={t('{count, plural, one {# token} other {# tokens}}', { count })}
              >
                {figure(count)}
              </span>
              <p>
                <strong>{t(message)}</strong> {t(remedy)} <code>{reason}</code>
              </p>
            </li>
          ))}
        </ul>
      ) : (
        <p class="soft">{t('No token was refused.')}</p>
      )}
    </section>
  );
}
