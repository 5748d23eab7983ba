import { dismissAlert, type PageAlert } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { fullTime } from '../format';
import { t } from '../i18n';
import { Icon } from '../parts/icon';
import { mayChange } from '../session';
import type { Live } from './live';
import { partAddress } from './parts-nav';

/** What cannot wait: a private key was seen in a page of the shop. */
export function Alerts({ chatId, live }: { chatId: string; live: Live }) {
  const alerts = live.value?.alerts ?? [];
  if (alerts.length === 0) return null;
  return (
    <div class="alerts">
      {[...new Set(alerts.map(({ kind }) => kind))].map((kind) => (
        <Alert
          key={kind}
          chatId={chatId}
          alerts={alerts.filter((one) => one.kind === kind)}
          setAlerts={live.setAlerts}
        />
      ))}
    </div>
  );
}

interface AlertProps {
  chatId: string;
  /** All of one kind, one for each page. */
  alerts: readonly PageAlert[];
  setAlerts: (alerts: PageAlert[]) => void;
}

function Alert({ chatId, alerts, setAlerts }: AlertProps) {
  const action = useAction();
  const kind = alerts[0]?.kind ?? '';
  const dismiss = () =>
    action.run(async () => {
      setAlerts(await dismissAlert(chatId, kind));
      announce(t('Dismissed'));
    });
  return (
    <section class="alert" aria-label={t('Alert')}>
      <Icon name="warning" />
      <div class="alert-text">
        <h2>{kind === 'private_key_in_page' ? t('A private key is in your pages') : kind}</h2>
        {kind === 'private_key_in_page' && (
          <p>
            {t(
              'Anyone who looks at the page can sign in to the chat as any of your customers. Take the key out of the page, revoke it, and make a new one that only your backend has.',
            )}
          </p>
        )}
        <ul>
          {alerts.map(({ page, first_at, last_at, count }) => (
            <li key={page}>
              <code>{page}</code>
              <span>
                {t(
                  '{count, plural, one {reported {last}} other {reported # times, first {first}, last {last}}}',
                  { count, first: fullTime(first_at), last: fullTime(last_at) },
                )}
              </span>
            </li>
          ))}
        </ul>
        <ActionError error={action.error} />
        <div class="button-row">
          <a class="button small" href={partAddress(chatId, 'keys')}>
            {t('Go to the keys')}
          </a>
          {mayChange.value && (
            <button type="button" class="button small" disabled={action.busy} onClick={dismiss}>
              {t('Dismiss')}
              <span class="unseen"> {t('the alert')}</span>
            </button>
          )}
        </div>
      </div>
    </section>
  );
}
