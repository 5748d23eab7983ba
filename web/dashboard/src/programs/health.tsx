import type { Call, Integration, Integrations } from '../../../api/integrations';
import { readIntegrations } from '../../../api/integrations';
import { exactTime, fullTime } from '../format';
import { t } from '../i18n';
import { usePolling } from '../polling';
import { type Resource, useResource } from '../resource';
import { said } from '../said';
import { mayChange } from '../session';

/** How the integrations of a chat do, looked at every few seconds; nothing is read for members. */
export function useIntegrations(chatId: string): Resource<Integrations> {
  const key = mayChange.value ? `integrations ${chatId}` : null;
  const integrations = useResource(key, (signal) => readIntegrations(chatId, signal));
  usePolling(integrations.reload);
  return integrations;
}

/** Whether it works, in a word. */
export function HealthBadge({ of }: { of: Pick<Integration, 'state'> | undefined }) {
  switch (of?.state) {
    case 'working':
      return <span class="badge good">{t('working')}</span>;
    case 'failing':
      return <span class="badge bad">{t('failing')}</span>;
    case 'paused':
      return <span class="badge warn">{t('paused')}</span>;
    case 'idle':
      return <span class="badge">{t('no calls yet')}</span>;
    case 'not_set_up':
      return <span class="badge">{t('not set up')}</span>;
    default:
      return null;
  }
}

/** The calls of late, newest first, and since when they fail. */
export function LastCalls({ of, name }: { of: Integration | undefined; name: string }) {
  if (!of) return null;
  return (
    <div class="last-calls">
      <h3>{t('Last calls')}</h3>
      {of.state === 'failing' && of.failing_since && (
        <p class="notice warn">
          {t('Every call has failed since {time}.', { time: fullTime(of.failing_since) })}
        </p>
      )}
      {of.calls.length === 0 ? (
        <p class="soft">
          {t('None since the service began. The last twenty are listed here as they happen.')}
        </p>
      ) : (
        <table class="attributes calls">
          <caption class="unseen">{t('Last calls of {name}', { name })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('Time')}</th>
              <th scope="col">{t('Call')}</th>
              <th scope="col">{t('Result')}</th>
              <th scope="col">{t('Took')}</th>
            </tr>
          </thead>
          <tbody>
            {of.calls.map((call, at) => (
              <CallRow key={`${call.at} ${at}`} call={call} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function CallRow({ call: { at, what, status, problem, milliseconds } }: { call: Call }) {
  return (
    <tr>
      <th scope="row">
        <time dateTime={at} title={fullTime(at)}>
          {exactTime(at)}
        </time>
      </th>
      <td>
        <code>{what}</code>
      </td>
      <td>
        <span class={problem ? 'call-result bad' : 'call-result good'}>
          {status ?? t('no answer')}
        </span>
        {problem && problem !== `status ${status}` && <span class="soft"> {said(problem)}</span>}
      </td>
      <td>{t('{count} ms', { count: milliseconds })}</td>
    </tr>
  );
}
