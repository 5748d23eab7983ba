import { useState } from 'preact/hooks';
import { type Delivery, listDeliveries, redeliver } from '../../../api/integrations';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { fullTime } from '../format';
import { t } from '../i18n';
import { Failure } from '../parts/failure';
import { Ago } from '../parts/time';
import { usePolling } from '../polling';
import { useResource } from '../resource';
import { said } from '../said';

const LOOK_MS = 3_000;

interface Props {
  chatId: string;
  webhookId: string;
}

/** What a webhook was told, newest first, and what it answered. */
export function Deliveries({ chatId, webhookId }: Props) {
  const { value, error, reload } = useResource(`deliveries ${webhookId}`, (signal) =>
    listDeliveries(chatId, webhookId, signal),
  );
  usePolling(reload, LOOK_MS);
  const action = useAction();
  // Open by itself where something is wrong; from then on as it was left.
  const [opened, setOpened] = useState<boolean | null>(null);
  const again = (id: string) =>
    action.run(async () => {
      await redeliver(chatId, webhookId, id);
      announce(t('It is sent again.'));
      await reload();
    });
  if (!value) return error ? <Failure error={error} retry={reload} /> : null;
  if (value.length === 0) return <p class="soft">{t('Nothing was sent yet.')}</p>;
  return (
    <details
      class="disclosure"
      open={opened ?? value.some(({ state }) => state !== 'delivered')}
      onToggle={(event) => setOpened(event.currentTarget.open)}
    >
      <summary>
        {t('{count, plural, one {# delivery} other {# deliveries}} of late', {
          count: value.length,
        })}
      </summary>
      <ol class="deliveries">
        {value.map((delivery) => (
          <DeliveryRow
            key={delivery.id}
            delivery={delivery}
            busy={action.busy}
            again={() => again(delivery.id)}
          />
        ))}
      </ol>
      <ActionError error={action.error} />
    </details>
  );
}

interface RowProps {
  delivery: Delivery;
  busy: boolean;
  again: () => void;
}

function DeliveryRow({ delivery, busy, again }: RowProps) {
  const { id, event, state, attempts, created_at, due_at, status, problem, milliseconds } =
    delivery;
  return (
    <li class="delivery">
      <div>
        <p class="delivery-head">
          <StateBadge state={state} />
          <code>{event}</code>
          <Ago at={created_at} />
        </p>
        <p class="soft">
          <code>{id}</code>{' '}
          {status !== null &&
            t('answered {status} in {count} ms', {
              status: String(status),
              count: milliseconds ?? 0,
            })}{' '}
          {problem && status === null && said(problem)}{' '}
          {state === 'retrying' &&
            due_at &&
            t('{attempts, plural, one {# attempt} other {# attempts}}; next at {time}', {
              attempts,
              time: fullTime(due_at),
            })}
        </p>
      </div>
      {(state === 'delivered' || state === 'failed') && event !== 'test' && (
        <button type="button" class="button small" disabled={busy} onClick={again}>
          {t('Send again')}
          <span class="unseen"> {id}</span>
        </button>
      )}
    </li>
  );
}

function StateBadge({ state }: { state: string }) {
  switch (state) {
    case 'delivered':
      return <span class="badge good">{t('delivered')}</span>;
    case 'failed':
      return <span class="badge bad">{t('failed')}</span>;
    case 'retrying':
      return <span class="badge warn">{t('trying again')}</span>;
    default:
      return <span class="badge">{t('waiting')}</span>;
  }
}
