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
import { counted, figure } from '../format';
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
  if (!here) return <Skeleton rows={6} of="rollout and rules" />;
  return (
    <>
      <section class="card section" aria-labelledby="rollout-heading">
        <h2 id="rollout-heading">Who may chat</h2>
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
    announce(mode === 'enforce' ? 'Only verified customers may chat.' : 'Anyone may chat.');
    void forecast.reload();
  };
  return (
    <>
      <ul class="modes">
        <ModeCard title="Anyone may chat" word="observe" current={!enforcing}>
          Customers who sign in to your shop are verified; everybody else chats as an unverified
          visitor.
        </ModeCard>
        <ModeCard title="Only verified customers" word="enforce" current={enforcing}>
          Whoever is not verified is asked to sign in to your shop first. What they have typed is
          kept in their browser.
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
              {busy ? 'Switching…' : 'Let anyone chat again'}
            </button>
          ) : (
            <button
              type="button"
              class="button primary"
              disabled={!forecast.value || !identification.active}
              onClick={() => setAsking(true)}
            >
              Let only verified customers chat…
            </button>
          )}
          <p class="soft">
            {!enforcing && !identification.active
              ? 'Activate customer identification first: nobody could be verified.'
              : 'It takes effect at once, also in pages that are open.'}
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
        {current && <span class="badge good">now</span>}
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
      <h3>With only verified customers, the last {hours} hours</h3>
      <p class="totals">
        <span>
          <strong class={lost.messages > 0 ? 'figure bad' : 'figure good'}>
            {figure(lost.messages)}
          </strong>{' '}
          of {counted(messages, 'message')} would have been turned away
        </span>
        <span>
          <strong class={lost.visitors > 0 ? 'figure bad' : 'figure good'}>
            {figure(lost.visitors)}
          </strong>{' '}
          of {counted(visitors, 'visitor')} would not have been let in
        </span>
      </p>
      {value.by_reason.length > 0 && (
        <table class="attributes forecast-reasons">
          <thead>
            <tr>
              <th scope="col">Why</th>
              <th scope="col">Visitors</th>
              <th scope="col">Messages</th>
            </tr>
          </thead>
          <tbody>
            {value.by_reason.map((one) => (
              <tr key={one.reason}>
                <th scope="row">
                  {one.message} <code>{one.reason}</code>
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
      {value.last_verified_at ? (
        <>
          The latest token was verified <Ago at={value.last_verified_at} />.
        </>
      ) : (
        'No token was ever verified in this chat.'
      )}
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
      title="Let only verified customers chat?"
      keep="Leave it as it is"
      verb="Yes, only verified"
      verbing="Switching…"
      danger={confirmation_required}
      typed={
        confirmation_required
          ? { text: chatName, label: `Type the name of the chat, ${chatName}, to go on` }
          : undefined
      }
      act={(typed) => enforce(confirmation_required ? typed : null)}
      onClose={onClose}
    >
      <p>
        Whoever is not verified can no longer write, from this moment and in open pages too. In the
        last {hours} hours that would have turned away {counted(lost.messages, 'message')} of{' '}
        {counted(lost.visitors, 'visitor')}.
      </p>
      {confirmation_required && (
        <p class="notice warn">
          <Icon name="warning" />
          <span>
            <strong>No token was verified in the last 7 days.</strong> As it stands, this shuts
            everybody out of the chat.
          </span>
        </p>
      )}
    </Confirm>
  );
}
