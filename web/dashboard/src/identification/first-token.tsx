import { useEffect, useRef } from 'preact/hooks';
import type { Attempt } from '../../../api/dashboard';
import { announce } from '../announce';
import { Attributes } from '../conversations/attributes';
import { leadName } from '../conversations/names';
import { Fact } from '../parts/facts';
import { Icon, Seal } from '../parts/icon';
import { FullTime } from '../parts/time';
import { oneOfEachReason, refusedSinceVerified } from './attempts';
import { Cause } from './cause';
import type { Live } from './live';
import { partAddress } from './parts-nav';

const SHOWN_REFUSALS = 3;

/** Waits for the first token, and says at once what is wrong with those that are refused. */
export function FirstToken({ chatId, live }: { chatId: string; live: Live }) {
  const { value, connection } = live;
  const arrived = value?.verified_ever ?? false;
  useArrivalAnnouncement(value !== undefined, arrived);
  if (!value) return <div class="first-token waiting" aria-hidden="true" />;
  if (arrived) return <Arrived chatId={chatId} attempt={value.first_verified} />;
  const refused = oneOfEachReason(refusedSinceVerified(value.attempts)).slice(0, SHOWN_REFUSALS);
  return (
    <section class="first-token waiting" aria-labelledby="first-token-heading">
      <div class="first-token-head">
        <span class="pulse" aria-hidden="true" />
        <h3 id="first-token-heading">Waiting for the first token…</h3>
      </div>
      <p class="soft">
        Follow the steps below, then sign in to your shop as a customer. This turns green by itself.
        {connection === 'reconnecting' && ' The connection is interrupted; trying again…'}
      </p>
      {refused.length > 0 && (
        <div class="first-token-refused">
          <p>
            <strong>A token came and was refused.</strong> Your visitor noticed nothing but that.
          </p>
          {refused.map((attempt) => (
            <Cause key={attempt.request_id} attempt={attempt} />
          ))}
          <p>
            <a href={partAddress(chatId, 'check')}>Check a token</a> to see everything that is right
            and wrong with one.
          </p>
        </div>
      )}
    </section>
  );
}

function Arrived({ chatId, attempt }: { chatId: string; attempt: Attempt | null }) {
  const customer = attempt?.customer;
  return (
    <section class="first-token arrived" aria-labelledby="first-token-heading">
      <div class="first-token-head">
        <Seal />
        <h3 id="first-token-heading">
          {customer ? `It works: ${leadName(customer)} was identified` : 'It works'}
        </h3>
      </div>
      {attempt && customer ? (
        <>
          <dl class="facts">
            <Fact name="Customer email">{customer.email}</Fact>
            <Fact name="Name">{customer.full_name ?? 'not sent'}</Fact>
            <Fact name="Customer id">{customer.stable_id ?? 'not sent'}</Fact>
            <Fact name="Key">
              <code>{attempt.kid}</code>
            </Fact>
            <Fact name="Page's origin">{attempt.origin ?? 'unknown'}</Fact>
            <Fact name="Time">
              <FullTime at={attempt.at} />
            </Fact>
          </dl>
          {Object.keys(customer.additional_attributes).length > 0 && (
            <details class="disclosure">
              <summary>Attributes</summary>
              <Attributes attributes={customer.additional_attributes} />
            </details>
          )}
          {attempt.warnings.map((warning) => (
            <p key={warning.code} class="notice warn">
              <Icon name="warning" />
              <span>{warning.message}</span>
            </p>
          ))}
        </>
      ) : (
        <p>Customers of your shop are being identified.</p>
      )}
      <p>
        <a href={partAddress(chatId, 'recent')}>Recent identifications</a>
      </p>
    </section>
  );
}

function useArrivalAnnouncement(known: boolean, arrived: boolean): void {
  const waited = useRef(false);
  useEffect(() => {
    if (known && arrived && waited.current) announce('The first customer was identified.');
    waited.current = known && !arrived;
  }, [known, arrived]);
}
