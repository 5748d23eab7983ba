import { useId, useState } from 'preact/hooks';
import {
  deleteHook,
  type Hook,
  listApiKeys,
  listHooks,
  type ProgramKey,
} from '../../../api/dashboard';
import { addApiKey, type Integration, revokeApiKey } from '../../../api/integrations';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { fullTime } from '../format';
import { rich, t } from '../i18n';
import type { PartProps } from '../identification/parts-nav';
import { Confirm } from '../parts/confirm';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { Ago } from '../parts/time';
import { type Resource, useResource } from '../resource';
import { mayChange } from '../session';
import { HealthBadge, LastCalls, useIntegrations } from './health';
import { IssuedSecret } from './issued-key';
import { TryKey } from './try-key';

/** Programs of the shop: their keys, whether their calls work, and whom new leads are posted to. */
export default function ProgramsPart({ detail }: PartProps) {
  const { id } = detail.chat;
  if (!mayChange.value) {
    return (
      <p class="notice">
        {t(
          'You are a member of this account: owners and editors see which programs are tied to the chat.',
        )}
      </p>
    );
  }
  return <Programs chatId={id} />;
}

function Programs({ chatId }: { chatId: string }) {
  const keys = useResource(`api keys ${chatId}`, (signal) => listApiKeys(chatId, signal));
  const health = useIntegrations(chatId);
  return (
    <>
      <section class="card section" aria-labelledby="backend-heading">
        <div class="section-head">
          <h2 id="backend-heading">{t('Backend API')}</h2>
          <HealthBadge of={health.value?.backend_api} />
        </div>
        <p>
          {t(
            'Your programs read conversations, answer in them, and ask for a person. They call this service with a key.',
          )}
        </p>
        <Keys
          chatId={chatId}
          of="backend"
          keys={keys}
          health={health.value?.backend_api}
          look={health.reload}
          name={t('Backend API')}
        />
      </section>
      <section class="card section" aria-labelledby="zapier-heading">
        <div class="section-head">
          <h2 id="zapier-heading">Zapier</h2>
          <HealthBadge of={health.value?.zapier} />
        </div>
        <p>
          {t(
            'Zapier is told of each new lead. Paste the chat’s id and a key into its connection; it adds and removes its own addresses.',
          )}
        </p>
        <p class="copy-line">
          <span>{t('Id of the chat:')}</span> <code>{chatId}</code>
        </p>
        <Hooks chatId={chatId} />
        <Keys
          chatId={chatId}
          of="zapier"
          keys={keys}
          health={health.value?.zapier}
          look={health.reload}
          name="Zapier"
        />
      </section>
    </>
  );
}

type Purpose = 'backend' | 'zapier';

interface KeysProps {
  chatId: string;
  of: Purpose;
  keys: Resource<ProgramKey[]>;
  health: Integration | undefined;
  /** How it does is to be read again. */
  look: () => void;
  name: string;
}

function Keys({ chatId, of, keys, health, look, name }: KeysProps) {
  const [issued, setIssued] = useState<string | null>(null);
  const own = keys.value?.filter((key) => key.integration === of);
  const made = (secret: string) => {
    setIssued(secret);
    announce(t('A key was made.'));
    void keys.reload();
    look();
  };
  return (
    <>
      <h3>{t('Keys')}</h3>
      {issued && (
        <IssuedSecret
          title={t('New API key')}
          secret={issued}
          of={t('API key')}
          onStored={() => setIssued(null)}
        />
      )}
      {own ? (
        own.length > 0 ? (
          <ul class="programs">
            {own.map((key) => (
              <KeyRow key={key.id} chatId={chatId} programKey={key} changed={keys.reload} />
            ))}
          </ul>
        ) : (
          <p class="soft">{t('No key yet.')}</p>
        )
      ) : keys.error ? (
        <Failure error={keys.error} retry={keys.reload} />
      ) : (
        <Skeleton rows={2} of={t('API keys')} />
      )}
      {!issued && <AddKeyForm chatId={chatId} of={of} made={made} />}
      <TryKey key={issued} chatId={chatId} of={of} issued={issued} tried={look} />
      <LastCalls of={health} name={name} />
    </>
  );
}

interface KeyRowProps {
  chatId: string;
  programKey: ProgramKey;
  changed: () => void;
}

function KeyRow({ chatId, programKey, changed }: KeyRowProps) {
  const [asking, setAsking] = useState(false);
  const { id, name, created_at, last_used_at } = programKey;
  const revoke = async () => {
    await revokeApiKey(chatId, id);
    announce(t('The key is revoked.'));
    changed();
  };
  return (
    <li class="program">
      <div>
        {name && <strong dir="auto">{name}</strong>} <code>{id}</code>
        <p class="soft">
          {rich('Made on {made}; {used}.', {
            made: fullTime(created_at),
            used: last_used_at
              ? rich('last used {when}', { when: <Ago at={last_used_at} /> })
              : t('not used yet'),
          })}
        </p>
      </div>
      <button type="button" class="button small danger" onClick={() => setAsking(true)}>
        {t('Revoke')}
        <span class="unseen"> {name || id}</span>
      </button>
      {asking && (
        <Confirm
          title={t('Revoke this key?')}
          keep={t('Keep it')}
          verb={t('Yes, revoke it')}
          verbing={t('Revoking…')}
          danger
          act={revoke}
          onClose={() => setAsking(false)}
        >
          <p>
            {rich('The next call with {key} is refused. This cannot be undone. It was {used}.', {
              key: name ? <strong>{name}</strong> : <code>{id}</code>,
              used: last_used_at
                ? rich('last used {when}', { when: <Ago at={last_used_at} /> })
                : t('not used yet'),
            })}
          </p>
        </Confirm>
      )}
    </li>
  );
}

interface AddKeyFormProps {
  chatId: string;
  of: Purpose;
  made: (secret: string) => void;
}

function AddKeyForm({ chatId, of, made }: AddKeyFormProps) {
  const [name, setName] = useState('');
  const { busy, error, run } = useAction();
  const id = useId();
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    void run(async () => {
      const added = await addApiKey(chatId, of, name);
      setName('');
      made(added.api_key);
    });
  };
  return (
    <form class="form" onSubmit={add}>
      <div class="field">
        <label for={id}>{t('Name of a new key')}</label>
        <input
          id={id}
          class="input"
          type="text"
          autocomplete="off"
          maxLength={60}
          value={name}
          placeholder={t('the program that uses it')}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <div class="button-row">
        <button type="submit" class="button" disabled={busy}>
          {busy ? t('Making the key…') : t('Make a key')}
        </button>
      </div>
      <ActionError error={error} />
    </form>
  );
}

function Hooks({ chatId }: { chatId: string }) {
  const hooks = useResource(`hooks ${chatId}`, (signal) => listHooks(chatId, signal));
  return (
    <>
      <h3>{t('Addresses for new leads')}</h3>
      {hooks.value ? (
        hooks.value.length > 0 ? (
          <ul class="programs">
            {hooks.value.map((hook) => (
              <HookRow key={hook.id} chatId={chatId} hook={hook} removed={hooks.reload} />
            ))}
          </ul>
        ) : (
          <p class="soft">{t('No address yet.')}</p>
        )
      ) : hooks.error ? (
        <Failure error={hooks.error} retry={hooks.reload} />
      ) : (
        <Skeleton rows={2} of={t('addresses')} />
      )}
    </>
  );
}

interface HookRowProps {
  chatId: string;
  hook: Hook;
  removed: () => void;
}

function HookRow({ chatId, hook, removed }: HookRowProps) {
  const [asking, setAsking] = useState(false);
  const { id, address, created_at: at } = hook;
  const remove = async () => {
    await deleteHook(chatId, id);
    announce(t('The address is removed.'));
    removed();
  };
  return (
    <li class="program">
      <div>
        <code>{address}</code>
        <p class="soft">
          {t('Since {time}.', { time: fullTime(at) })} {standing(hook)}
        </p>
      </div>
      <button type="button" class="button small" onClick={() => setAsking(true)}>
        {t('Remove')}
        <span class="unseen"> {address}</span>
      </button>
      {asking && (
        <Confirm
          title={t('Remove this address?')}
          keep={t('Keep it')}
          verb={t('Yes, remove it')}
          verbing={t('Removing…')}
          danger
          act={remove}
          onClose={() => setAsking(false)}
        >
          <p>
            {rich(
              'Nothing more is posted to {address}, what waits included. The automation there is not told.',
              { address: <code>{address}</code> },
            )}
          </p>
        </Confirm>
      )}
    </li>
  );
}

function standing({ pending, attempts }: Hook): string {
  if (pending === 0) return t('Every lead was posted.');
  if (attempts <= 1) {
    return t('{count, plural, one {# post} other {# posts}} on the way.', { count: pending });
  }
  return t(
    '{count, plural, one {# post} other {# posts}} waiting: it does not take them (tried {attempts} times).',
    { count: pending, attempts },
  );
}
