import { useState } from 'preact/hooks';
import {
  type Conflict,
  type Decision,
  decideSharedEmail,
  type Lead,
  listSharedEmails,
} from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { leadName } from '../conversations/names';
import { fullTime } from '../format';
import { msg, rich, t } from '../i18n';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';
import { mayChange } from '../session';

const SAID: Readonly<Record<Decision, string>> = {
  apart: msg('{who} said at {time}: they are different people.'),
  same: msg('{who} said at {time}: they are one person.'),
};

/** Customers who have one email and different ids, side by side; and what the team says of them. */
export function SharedEmails({ chatId }: { chatId: string }) {
  const [decided, setDecided] = useState(false);
  const [after, setAfter] = useState<string | null>(null);
  const page = useResource(`shared emails ${chatId} ${decided} ${after}`, (signal) =>
    listSharedEmails(chatId, decided, after, signal),
  );
  const show = (next: boolean) => {
    setAfter(null);
    setDecided(next);
  };
  return (
    <>
      <p class="soft">
        {t(
          'Your shop signed the same email with different ids. Such customers are kept apart and share nothing, whatever you say here: only tokens with one id make them one. What you say is written down for your team.',
        )}
      </p>
      <fieldset class="list-filter bare">
        <legend class="unseen">{t('Which of them')}</legend>
        <button
          type="button"
          class="button small"
          aria-pressed={!decided}
          onClick={() => show(false)}
        >
          {t('To decide')}
        </button>
        <button
          type="button"
          class="button small"
          aria-pressed={decided}
          onClick={() => show(true)}
        >
          {t('Decided')}
        </button>
      </fieldset>
      {page.value ? (
        <>
          {page.value.conflicts.length === 0 && (
            <p class="soft empty">
              {decided ? t('Nothing is decided yet.') : t('Nobody shares an email with another.')}
            </p>
          )}
          {page.value.conflicts.map((conflict) => (
            <ConflictCard
              key={conflict.customers[0]?.id ?? conflict.email}
              chatId={chatId}
              conflict={conflict}
              changed={page.reload}
            />
          ))}
          {page.value.next !== null && (
            <button type="button" class="button" onClick={() => setAfter(page.value?.next ?? null)}>
              {t('Show further ones')}
            </button>
          )}
        </>
      ) : page.error ? (
        <Failure error={page.error} retry={page.reload} />
      ) : (
        <Skeleton rows={4} of={t('contacts')} />
      )}
    </>
  );
}

interface CardProps {
  chatId: string;
  conflict: Conflict;
  changed: () => Promise<unknown>;
}

function ConflictCard({ chatId, conflict, changed }: CardProps) {
  const { email, customers, decision, decided_by: who, decided_at: at } = conflict;
  const action = useAction();
  const decide = async (next: Decision | null, said: string) => {
    const first = customers[0];
    if (!first) return;
    const done = await action.run(async () => {
      await decideSharedEmail(chatId, first.id, next);
      await changed();
    });
    if (done) announce(said);
  };
  return (
    <section class="card section conflict" aria-label={email}>
      <h2 dir="auto">{email}</h2>
      <div class="conflict-sides">
        {customers.map((lead) => (
          <Side key={lead.id} chatId={chatId} lead={lead} />
        ))}
      </div>
      {decision && at && (
        <p class="notice">
          {t(SAID[decision], { who: who ?? t('Somebody who left'), time: fullTime(at) })}
        </p>
      )}
      {mayChange.value && (
        <div class="button-row">
          {decision ? (
            <button
              type="button"
              class="button"
              disabled={action.busy}
              onClick={() => decide(null, t('Taken back.'))}
            >
              {t('Take it back')}
            </button>
          ) : (
            <>
              <button
                type="button"
                class="button"
                disabled={action.busy}
                onClick={() => decide('apart', t('Noted: they are different people.'))}
              >
                {t('Different people')}
              </button>
              <button
                type="button"
                class="button"
                disabled={action.busy}
                onClick={() => decide('same', t('Noted: they are one person.'))}
              >
                {t('One person')}
              </button>
            </>
          )}
        </div>
      )}
      {decision === 'same' && (
        <p class="soft">
          {rich('To make them one, sign their tokens with one {sub}: the next one settles it.', {
            sub: <code>sub</code>,
          })}
        </p>
      )}
      <ActionError error={action.error} />
    </section>
  );
}

function Side({ chatId, lead }: { chatId: string; lead: Lead }) {
  const attributes = Object.keys(lead.additional_attributes).length;
  return (
    <div class="conflict-side">
      <a
        href={`/chats/${encodeURIComponent(chatId)}/contacts/${encodeURIComponent(lead.id)}`}
        dir="auto"
      >
        {leadName(lead)}
      </a>
      <dl class="facts">
        <div>
          <dt>{t('Customer id')}</dt>
          <dd dir="auto">{lead.stable_id ? <code>{lead.stable_id}</code> : t('without an id')}</dd>
        </div>
        <div>
          <dt>{t('Email as signed')}</dt>
          <dd dir="auto">{lead.email}</dd>
        </div>
        {lead.identified_at && (
          <div>
            <dt>{t('Identified')}</dt>
            <dd>{fullTime(lead.identified_at)}</dd>
          </div>
        )}
        <div>
          <dt>{t('Attributes')}</dt>
          <dd>
            {t('{count, plural, =0 {none} one {# attribute} other {# attributes}}', {
              count: attributes,
            })}
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** The way to them, where one sees that there are some. */
export function SharedEmailsLink({ chatId }: { chatId: string }) {
  const open = useResource(`shared emails ${chatId} false null`, (signal) =>
    listSharedEmails(chatId, false, null, signal),
  );
  const count = open.value?.conflicts.length ?? 0;
  if (count === 0) return null;
  return (
    <p class="notice warn">
      <Icon name="warning" />
      <span>
        {t(
          '{count, plural, one {Customers with different ids share an email.} other {# emails are shared by customers with different ids.}}',
          { count },
        )}{' '}
        <a href={`/chats/${encodeURIComponent(chatId)}/shared-emails`}>{t('Look and decide')}</a>
      </span>
    </p>
  );
}
