import { useState } from 'preact/hooks';
import {
  type Forecast,
  type Identification,
  type Mode,
  readForecast,
  readSettings,
  setMode,
} from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { figure } from '../format';
import { rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { Ago } from '../parts/time';
import { type Resource, useResource } from '../resource';
import { mayChange } from '../session';
import type { PartProps } from './parts-nav';
import { Rules } from './rules-form';

/** Who may chat, what switching would have done, and the rules that tokens are held to. */
export default function RolloutPart({ detail, identification }: PartProps) {
  const { value, error, reload, update } = identification;
  const { id, name } = detail.chat;
  const forecast = useResource(`forecast ${id}`, (signal) => readForecast(id, signal));
  const settings = useResource(`settings ${id}`, (signal) => readSettings(id, signal));
  // All at once: one after the other they would push each other down.
  const here = [identification, forecast, settings].every((one) => one.value ?? one.error);
  if (!here) return <Skeleton rows={6} of={t('rollout and rules')} />;
  return (
    <>
      <section class="card section" aria-labelledby="rollout-heading">
        <h2 id="rollout-heading">{t('Who may chat')}</h2>
        {value ? (
          <ModeChoice
            chatId={id}
            chatName={name}
            identification={value}
            forecast={forecast}
            replace={(after) => update(() => after)}
          />
        ) : (
          error && <Failure error={error} retry={reload} />
        )}
      </section>
      <Rules chatId={id} settings={settings} />
    </>
  );
}

interface ModeProps {
  chatId: string;
  chatName: string;
  identification: Identification;
  forecast: Resource<Forecast>;
  replace: (after: Identification) => void;
}

function ModeChoice({ chatId, chatName, identification, forecast, replace }: ModeProps) {
  const enforcing = identification.mode === 'enforce';
  const [asking, setAsking] = useState(false);
  const { busy, error, run } = useAction();
  const change = async (mode: Mode, confirm: string | null) => {
    replace(await setMode(chatId, mode, confirm));
    announce(mode === 'enforce' ? t('Only verified customers may chat.') : t('Anyone may chat.'));
    void forecast.reload();
  };
  return (
    <>
      <ul class="modes">
        <ModeCard title={t('Anyone may chat')} word="observe" current={!enforcing}>
          {t(
            'Customers who sign in to your shop are verified; everybody else chats as an unverified visitor.',
          )}
        </ModeCard>
        <ModeCard title={t('Only verified customers')} word="enforce" current={enforcing}>
          {t(
            'Whoever is not verified is asked to sign in to your shop first. What they have typed is kept in their browser.',
          )}
        </ModeCard>
      </ul>
      {enforcing ? <LatestToken forecast={forecast} /> : <ForecastView forecast={forecast} />}
      {mayChange.value && (
        <div class="form">
          {enforcing ? (
            <button
              type="button"
              class="button"
              disabled={busy}
              onClick={() => run(() => change('observe', null))}
            >
              {busy ? t('Switching…') : t('Let anyone chat again')}
            </button>
          ) : (
            <button
              type="button"
              class="button primary"
              disabled={!forecast.value || !identification.active}
              onClick={() => setAsking(true)}
            >
              {t('Let only verified customers chat…')}
            </button>
          )}
          <p class="soft">
            {!enforcing && !identification.active
              ? t('Activate customer identification first: nobody could be verified.')
              : t('It takes effect at once, also in pages that are open.')}
          </p>
          <ActionError error={error} />
        </div>
      )}
      {asking && forecast.value && (
        <Enforcement
          forecast={forecast.value}
          chatName={chatName}
          enforce={(confirm) => change('enforce', confirm)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

interface ModeCardProps {
  title: string;
  word: Mode;
  current: boolean;
  children: string;
}

function ModeCard({ title, word, current, children }: ModeCardProps) {
  return (
    <li class="mode" data-current={current}>
      <p class="mode-title">
        <strong>{title}</strong> <code>{word}</code>
        {current && <span class="badge good">{t('now')}</span>}
      </p>
      <p class="soft">{children}</p>
    </li>
  );
}

/**
 * What only verified customers would have meant. Where that is so already there is nothing to foretell: messages from
 * before were taken, and later ones are not counted.
 */
function ForecastView({ forecast }: { forecast: Resource<Forecast> }) {
  const { value, error, reload } = forecast;
  if (!value) return error ? <Failure error={error} retry={reload} /> : null;
  const { hours, messages, visitors } = value;
  const lost = turnedAway(value);
  return (
    <div class="forecast">
      <h3>{t('With only verified customers, the last {hours} hours', { hours })}</h3>
      <p class="totals">
        <span>
          {rich(
            '{count, plural, one {{figure} of # message would have been turned away} other {{figure} of # messages would have been turned away}}',
            {
              count: messages,
              figure: (
                <strong class={lost.messages > 0 ? 'figure bad' : 'figure good'}>
                  {figure(lost.messages)}
                </strong>
              ),
            },
          )}
        </span>
        <span>
          {rich(
            '{count, plural, one {{figure} of # visitor would not have been let in} other {{figure} of # visitors would not have been let in}}',
            {
              count: visitors,
              figure: (
                <strong class={lost.visitors > 0 ? 'figure bad' : 'figure good'}>
                  {figure(lost.visitors)}
                </strong>
              ),
            },
          )}
        </span>
      </p>
      {value.by_reason.length > 0 && (
        <table class="attributes forecast-reasons">
          <thead>
            <tr>
              <th scope="col">{t('Why')}</th>
              <th scope="col">{t('Visitors')}</th>
              <th scope="col">{t('Messages')}</th>
            </tr>
          </thead>
          <tbody>
            {value.by_reason.map((one) => (
              <tr key={one.reason}>
                <th scope="row">
                  {t(one.message)} <code>{one.reason}</code>
                </th>
                <td>{figure(one.visitors)}</td>
                <td>{figure(one.messages)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <LatestToken forecast={forecast} />
    </div>
  );
}

function LatestToken({ forecast: { value } }: { forecast: Resource<Forecast> }) {
  if (!value) return null;
  return (
    <p class="soft">
      {value.last_verified_at
        ? rich('The latest token was verified {when}.', {
            when: <Ago at={value.last_verified_at} />,
          })
        : t('No token was ever verified in this chat.')}
    </p>
  );
}

function turnedAway(forecast: Forecast): { messages: number; visitors: number } {
  const sum = (of: 'messages' | 'visitors') =>
    forecast.by_reason.reduce((total, reason) => total + reason[of], 0);
  return { messages: sum('messages'), visitors: sum('visitors') };
}

interface EnforcementProps {
  forecast: Forecast;
  chatName: string;
  enforce: (confirm: string | null) => Promise<void>;
  onClose: () => void;
}

function Enforcement({ forecast, chatName, enforce, onClose }: EnforcementProps) {
  const { confirmation_required, hours } = forecast;
  const lost = turnedAway(forecast);
  return (
    <Confirm
      title={t('Let only verified customers chat?')}
      keep={t('Leave it as it is')}
      verb={t('Yes, only verified')}
      verbing={t('Switching…')}
      danger={confirmation_required}
      typed={
        confirmation_required
          ? {
              text: chatName,
              label: t('Type the name of the chat, {name}, to go on', { name: chatName }),
            }
          : undefined
      }
      act={(typed) => enforce(confirmation_required ? typed : null)}
      onClose={onClose}
    >
      <p>
        {t(
          'Whoever is not verified can no longer write, from this moment and in open pages too. In the last {hours} hours that would have turned away {messages, plural, one {# message} other {# messages}} of {visitors, plural, one {# visitor} other {# visitors}}.',
          { hours, messages: lost.messages, visitors: lost.visitors },
        )}
      </p>
      {confirmation_required && (
        <p class="notice warn">
          <Icon name="warning" />
          <span>
            <strong>{t('No token was verified in the last 7 days.')}</strong>{' '}
            {t('As it stands, this shuts everybody out of the chat.')}
          </span>
        </p>
      )}
    </Confirm>
  );
}
