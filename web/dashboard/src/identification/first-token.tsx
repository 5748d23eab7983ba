import { useEffect, useRef, useState } from 'preact/hooks';
import { serviceNow } from '../../../api/client';
import { announce } from '../announce';
import { Attributes } from '../conversations/attributes';
import { leadName } from '../conversations/names';
import { locale, rich, t } from '../i18n';
import { Fact } from '../parts/facts';
import { Icon, Seal } from '../parts/icon';
import { FullTime } from '../parts/time';
import { oneOfEachReason, refusedSinceVerified } from './attempts';
import { Cause } from './cause';
import type { Live } from './live';
import { partAddress } from './parts-nav';

const SHOWN_REFUSALS = 3;

interface Props {
  chatId: string;
  live: Live;
}

/** Waits for the first token, says what was seen so far, and at once what is wrong with tokens that are refused. */
export function Waiting({ chatId, live }: Props) {
  const { value, connection } = live;
  if (!value) return <div class="first-token waiting" aria-hidden="true" />;
  const refused = oneOfEachReason(refusedSinceVerified(value.attempts)).slice(0, SHOWN_REFUSALS);
  return (
    <section class="first-token waiting" aria-labelledby="first-token-heading">
      <div class="first-token-head">
        <span class="pulse" aria-hidden="true" />
        <h4 id="first-token-heading">{t('Waiting for the first token…')}</h4>
      </div>
      {refused.length === 0 && <SeenSoFar live={live} />}
      <p class="soft">
        {t('Sign in to your shop as a customer and open a page. This turns green by itself.')}
      </p>
      {connection === 'reconnecting' && (
        <p class="soft">{t('The connection is interrupted; trying again…')}</p>
      )}
      {refused.length > 0 && (
        <div class="first-token-refused">
          <p>
            {rich('{came} Your visitor noticed nothing but that.', {
              came: <strong>{t('A token came and was refused.')}</strong>,
            })}
          </p>
          {refused.map((attempt) => (
            <Cause key={attempt.request_id} attempt={attempt} />
          ))}
          <p>
            {rich('{link} to see everything that is right and wrong with one.', {
              link: <a href={partAddress(chatId, 'check')}>{t('Check a token')}</a>,
            })}
          </p>
        </div>
      )}
    </section>
  );
}

/** What of the shop was seen, while no token came. */
function SeenSoFar({ live }: { live: Live }) {
  const page = live.value?.pages[0];
  return (
    <p role="status">
      {page
        ? rich('The chat’s script was seen on {origin} {when}. No page has called identify yet.', {
            origin: <strong dir="auto">{page.origin}</strong>,
            when: <SecondsAgo at={page.at} />,
          })
        : t('No page with the chat was seen yet.')}
    </p>
  );
}

/** How long ago, to the second while that is short; by the service's clock. */
export function SecondsAgo({ at }: { at: string }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((serviceNow() - Date.parse(at)) / 1_000));
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'always' });
  const text =
    seconds < 90
      ? words.format(-seconds, 'second')
      : seconds < 5_400
        ? words.format(-Math.floor(seconds / 60), 'minute')
        : words.format(-Math.floor(seconds / 3_600), 'hour');
  // A screen reader is told when something happens, not that time goes by.
  return (
    <time dateTime={at} aria-live="off">
      {text}
    </time>
  );
}

/** The first customer who was identified. */
export function Arrived({ chatId, live }: Props) {
  const attempt = live.value?.first_verified ?? null;
  const customer = attempt?.customer;
  return (
    <section class="first-token arrived" aria-labelledby="first-token-heading">
      <div class="first-token-head">
        <Seal />
        <h4 id="first-token-heading">
          {customer
            ? t('It works: {name} was identified', { name: leadName(customer) })
            : t('It works')}
        </h4>
      </div>
      {attempt && customer ? (
        <>
          <dl class="facts">
            <Fact name={t('Customer email')}>{customer.email}</Fact>
            <Fact name={t('Name')}>{customer.full_name ?? t('not sent')}</Fact>
            <Fact name={t('Customer id')}>{customer.stable_id ?? t('not sent')}</Fact>
            <Fact name={t('Key')}>
              <code>{attempt.kid}</code>
            </Fact>
            <Fact name={t('Page’s origin')}>{attempt.origin ?? t('unknown')}</Fact>
            <Fact name={t('Time')}>
              <FullTime at={attempt.at} />
            </Fact>
          </dl>
          {Object.keys(customer.additional_attributes).length > 0 && (
            <details class="disclosure">
              <summary>{t('Attributes')}</summary>
              <Attributes attributes={customer.additional_attributes} />
            </details>
          )}
          {attempt.warnings.map((warning) => (
            <p key={warning.code} class="notice warn">
              <Icon name="warning" />
              <span>{t(warning.message)}</span>
            </p>
          ))}
        </>
      ) : (
        <p>{t('Customers of your shop are being identified.')}</p>
      )}
      <p>
        <a href={partAddress(chatId, 'recent')}>{t('Recent identifications')}</a>
      </p>
    </section>
  );
}

/** Tells of the first customer, once, to those who waited for it. */
export function useArrivalAnnouncement(arrived: boolean | undefined): void {
  const waited = useRef(false);
  useEffect(() => {
    if (arrived && waited.current) announce(t('The first customer was identified.'));
    waited.current = arrived === false;
  }, [arrived]);
}
