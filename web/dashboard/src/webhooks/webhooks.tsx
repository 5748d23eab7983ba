import { useId, useState } from 'preact/hooks';
import { addWebhook, listWebhooks, type Webhook } from '../../../api/integrations';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { rich, t } from '../i18n';
import type { PartProps } from '../identification/parts-nav';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { usePolling } from '../polling';
import { IssuedSecret } from '../programs/issued-key';
import { useResource } from '../resource';
import { mayChange } from '../session';
import { EventChoices } from './event-choices';
import { EVENTS } from './events';
import { WebhookCard } from './webhook-card';

/** Addresses that are told of what happens in the chat. */
export default function WebhooksPart({ detail }: PartProps) {
  if (!mayChange.value) {
    return (
      <p class="notice">
        {t('You are a member of this account: owners and editors see its webhooks.')}
      </p>
    );
  }
  return <Webhooks chatId={detail.chat.id} />;
}

function Webhooks({ chatId }: { chatId: string }) {
  const webhooks = useResource(`webhooks ${chatId}`, (signal) => listWebhooks(chatId, signal));
  usePolling(webhooks.reload);
  const [secret, setSecret] = useState<string | null>(null);
  const { value, error, reload, update } = webhooks;
  const replace = (after: Webhook) =>
    update((held) => (held ?? []).map((one) => (one.id === after.id ? after : one)));
  return (
    <>
      <section class="card section" aria-labelledby="webhooks-heading">
        <h2 id="webhooks-heading">{t('Webhooks')}</h2>
        <p>
          {rich(
            'Your programs are told of what happens in the chat, as it happens: a signed POST of JSON for each event. Check the signature before you believe one; any library for {standard} does it.',
            {
              standard: (
                <a
                  href="https://www.standardwebhooks.com/"
                  target="_blank"
                  rel="noopener noreferrer"
                >
                  Standard Webhooks
                </a>
              ),
            },
          )}
        </p>
        {secret && (
          <IssuedSecret
            title={t('Secret of the webhook')}
            secret={secret}
            of={t('secret of the webhook')}
            onStored={() => setSecret(null)}
          />
        )}
        {value ? (
          value.length > 0 ? (
            <ul class="webhooks">
              {value.map((webhook) => (
                <WebhookCard
                  key={webhook.id}
                  chatId={chatId}
                  webhook={webhook}
                  replace={replace}
                  look={reload}
                  onSecret={setSecret}
                />
              ))}
            </ul>
          ) : (
            <NoWebhooks />
          )
        ) : error ? (
          <Failure error={error} retry={reload} />
        ) : (
          <Skeleton rows={3} of={t('the webhooks')} />
        )}
      </section>
      {value && !secret && (
        <AddWebhook
          chatId={chatId}
          added={(webhook, issued) => {
            update((held) => [...(held ?? []), webhook]);
            setSecret(issued);
            announce(t('The webhook is added.'));
          }}
        />
      )}
    </>
  );
}

function NoWebhooks() {
  return (
    <div class="empty">
      <span class="notice-mark">
        <Icon name="talk" />
      </span>
      <h3>{t('No webhook yet')}</h3>
      <p>
        {t(
          'Add the address of one of your programs below. Each delivery to it is listed here with its answer, and can be sent again.',
        )}
      </p>
    </div>
  );
}

interface AddWebhookProps {
  chatId: string;
  added: (webhook: Webhook, secret: string) => void;
}

function AddWebhook({ chatId, added }: AddWebhookProps) {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly string[]>(EVENTS.map(({ name }) => name));
  const { busy, error, run } = useAction();
  const id = useId();
  const ready = url.trim() !== '' && events.length > 0;
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !ready) return;
    void run(async () => {
      const { webhook, secret } = await addWebhook(chatId, url.trim(), [...events]);
      setUrl('');
      added(webhook, secret);
    });
  };
  return (
    <section class="card section" aria-labelledby="add-webhook-heading">
      <h2 id="add-webhook-heading">{t('Add a webhook')}</h2>
      <form class="form" onSubmit={add}>
        <div class="field">
          <label for={id}>{t('Address')}</label>
          <p class="soft" id={`${id}-hint`}>
            {t('On the public internet, with https. It answers 200 to 299 within 8 seconds.')}
          </p>
          <input
            id={id}
            class="input"
            type="text"
            inputMode="url"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            placeholder="https://shop.example/zipchat-events"
            aria-describedby={`${id}-hint`}
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </div>
        <EventChoices events={events} onChange={setEvents} />
        <div class="button-row">
          <button type="submit" class="button primary" disabled={busy || !ready}>
            {busy ? t('Adding…') : t('Add the webhook')}
          </button>
        </div>
        <ActionError error={error} />
      </form>
    </section>
  );
}
