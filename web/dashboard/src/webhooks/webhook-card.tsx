import { useState } from 'preact/hooks';
import {
  changeWebhook,
  removeWebhook,
  renewSecret,
  testWebhook,
  type Webhook,
  type WebhookTest,
} from '../../../api/integrations';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { fullTime } from '../format';
import { rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { CallShown } from '../programs/call-shown';
import { HealthBadge } from '../programs/health';
import { said } from '../said';
import { Deliveries } from './deliveries';
import { EventChoices } from './event-choices';

interface Props {
  chatId: string;
  webhook: Webhook;
  replace: (after: Webhook) => void;
  /** The list is to be read again. */
  look: () => void;
  onSecret: (secret: string) => void;
}

type Asked = 'pause' | 'remove' | 'secret' | 'events';

/** A webhook, with what can be done with it and its deliveries. */
export function WebhookCard({ chatId, webhook, replace, look, onSecret }: Props) {
  const { id, url, events, state, failing_since } = webhook;
  const [asked, setAsked] = useState<Asked | null>(null);
  const [tried, setTried] = useState<WebhookTest | null>(null);
  // The list of deliveries is read anew after what was done here.
  const [turn, setTurn] = useState(0);
  const { busy, error, run } = useAction();
  const change = async (wanted: { paused?: boolean; events?: string[] }) =>
    replace(await changeWebhook(chatId, id, wanted));
  const test = () =>
    run(async () => {
      setTried(null);
      setTried(await testWebhook(chatId, id));
      setTurn((count) => count + 1);
      look();
    });
  const resume = () =>
    run(async () => {
      await change({ paused: false });
      announce(t('The webhook goes on.'));
    });
  return (
    <li class="webhook" aria-label={url}>
      <div class="section-head">
        <code class="webhook-url">{url}</code>
        <HealthBadge of={webhook} />
      </div>
      <p class="soft">{events.join(', ')}</p>
      {state === 'failing' && failing_since && (
        <p class="notice warn">
          {t('Every delivery has failed since {time}. Each is tried for about a day.', {
            time: fullTime(failing_since),
          })}
        </p>
      )}
      <div class="button-row">
        <button type="button" class="button small" disabled={busy} onClick={test}>
          {busy ? t('Sending…') : t('Send a test event')}
        </button>
        <button type="button" class="button small" onClick={() => setAsked('events')}>
          {t('Choose events')}
        </button>
        {state === 'paused' ? (
          <button type="button" class="button small" disabled={busy} onClick={resume}>
            {t('Go on')}
          </button>
        ) : (
          <button type="button" class="button small" onClick={() => setAsked('pause')}>
            {t('Pause')}
          </button>
        )}
        <button type="button" class="button small" onClick={() => setAsked('secret')}>
          {t('New secret')}
        </button>
        <button type="button" class="button small danger" onClick={() => setAsked('remove')}>
          {t('Remove')}
        </button>
      </div>
      <ActionError error={error} />
      <div role="status">{tried && <Tried of={tried} url={url} />}</div>
      <Deliveries key={turn} chatId={chatId} webhookId={id} />
      {asked === 'events' && (
        <ChooseEvents
          events={events}
          act={async (chosen) => {
            await change({ events: [...chosen] });
            announce(t('The events are changed.'));
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === 'pause' && (
        <Confirm
          title={t('Pause this webhook?')}
          keep={t('Leave it on')}
          verb={t('Pause it')}
          verbing={t('Pausing…')}
          act={async () => {
            await change({ paused: true });
            announce(t('The webhook is paused.'));
          }}
          onClose={() => setAsked(null)}
        >
          <p>
            {t(
              'What waits is not sent, and what happens meanwhile is not kept for it. What is over can be sent again one by one.',
            )}
          </p>
        </Confirm>
      )}
      {asked === 'secret' && (
        <Confirm
          title={t('Make a new secret?')}
          keep={t('Keep the old one')}
          verb={t('Make a new secret')}
          verbing={t('Making…')}
          danger
          act={async () => onSecret(await renewSecret(chatId, id))}
          onClose={() => setAsked(null)}
        >
          <p>
            {t(
              'From this moment deliveries are signed with the new one. Programs that know only the old one refuse them.',
            )}
          </p>
        </Confirm>
      )}
      {asked === 'remove' && (
        <Confirm
          title={t('Remove this webhook?')}
          keep={t('Keep it')}
          verb={t('Yes, remove it')}
          verbing={t('Removing…')}
          danger
          act={async () => {
            await removeWebhook(chatId, id);
            announce(t('The webhook is removed.'));
            look();
          }}
          onClose={() => setAsked(null)}
        >
          <p>
            {rich('Nothing more is sent to {url}, and its list of deliveries goes.', {
              url: <code>{url}</code>,
            })}
          </p>
        </Confirm>
      )}
    </li>
  );
}

interface ChooseEventsProps {
  events: readonly string[];
  act: (events: readonly string[]) => Promise<void>;
  onClose: () => void;
}

function ChooseEvents({ events, act, onClose }: ChooseEventsProps) {
  const [chosen, setChosen] = useState(events);
  return (
    <Confirm
      title={t('Events of this webhook')}
      keep={t('Cancel')}
      verb={t('Save the events')}
      verbing={t('Saving…')}
      act={() => act(chosen)}
      onClose={onClose}
    >
      <EventChoices events={chosen} onChange={setChosen} />
    </Confirm>
  );
}

function Tried({ of, url }: { of: WebhookTest; url: string }) {
  const headers = of.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
  return (
    <CallShown
      name={url}
      good={of.problem === null}
      verdict={
        of.problem === null
          ? t('The address takes events.')
          : t('The address does not take events: {problem}', { problem: said(of.problem) })
      }
      request={`POST ${url}\ncontent-type: application/json\n${headers}\n\n${of.sent}`}
      status={of.status}
      milliseconds={of.milliseconds}
      response={of.answer}
    />
  );
}
