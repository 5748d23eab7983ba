import { useId, useState } from 'preact/hooks';
import {
  addPasskey,
  beginPasskey,
  type Passkey,
  removePasskey,
  type Security,
} from '../../../api/account';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { Ago, FullTime } from '../parts/time';
import { hasPasskeys, makePasskey, PasskeyFailure } from '../passkey';
import { resumeSession } from '../session';
import { deviceName } from './device';
import { CodesDialog } from './recovery-codes';

interface Props {
  value: Security;
  changed: () => void;
}

/** What signs in by itself: a finger, a face or the lock of a device. */
export function Passkeys({ value, changed }: Props) {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const added = (fresh: readonly string[]) => {
    setCodes(fresh.length > 0 ? fresh : null);
    announce(t('The passkey is added.'));
    changed();
    void resumeSession();
  };
  return (
    <section class="card section" aria-labelledby="passkeys-heading">
      <h2 id="passkeys-heading">{t('Passkeys')}</h2>
      <p>
        {t(
          'A passkey signs you in with a finger, a face or the lock of your device. It cannot be guessed, and no false page can ask you for it.',
        )}
      </p>
      {value.passkeys.length > 0 && (
        <ul class="programs">
          {value.passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} changed={changed} />
          ))}
        </ul>
      )}
      <Adding possible={value.passkeys_possible} added={added} />
      {codes && <CodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </section>
  );
}

interface AddingProps {
  possible: boolean;
  added: (codes: readonly string[]) => void;
}

function Adding({ possible, added }: AddingProps) {
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const [failure, setFailure] = useState<string | null>(null);
  const action = useAction();
  const id = useId();
  if (!possible) {
    return (
      <p class="notice">
        {t(
          'Browsers make passkeys for domain names only, and this service is called by a number. Whoever hosts it can set ZIPCHAT_PUBLIC_URL.',
        )}
      </p>
    );
  }
  if (!hasPasskeys()) return <p class="notice">{t('This browser has no passkeys.')}</p>;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy || !name.trim()) return;
    setFailure(null);
    await action.run(async () => {
      try {
        const credential = await makePasskey(await beginPasskey());
        added(await addPasskey(name.trim(), credential));
      } catch (error) {
        if (!(error instanceof PasskeyFailure)) throw error;
        setFailure(error.message);
      }
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      <div class="field">
        <label for={id}>{t('Name of the new passkey')}</label>
        <input
          id={id}
          class="input"
          maxLength={100}
          required
          autocomplete="off"
          value={name}
          aria-describedby={`${id}-error`}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <div id={`${id}-error`} role="alert">
        {failure && <p class="field-error">{failure}</p>}
      </div>
      <ActionError error={action.error} />
      <button type="submit" class="button primary" disabled={action.busy}>
        {action.busy ? t('Asking your device…') : t('Add a passkey')}
      </button>
    </form>
  );
}

function PasskeyRow({ passkey, changed }: { passkey: Passkey; changed: () => void }) {
  const [removing, setRemoving] = useState(false);
  const { name } = passkey;
  const remove = async () => {
    await removePasskey(passkey.id);
    announce(t('The passkey is removed.'));
    changed();
    void resumeSession();
  };
  return (
    <li class="program">
      <div>
        <p class="member-name">
          <strong dir="auto">{name}</strong>
        </p>
        <p class="soft">
          {passkey.last_used_at
            ? rich('Added {when}, last used {ago}', {
                when: <FullTime at={passkey.created_at} />,
                ago: <Ago at={passkey.last_used_at} />,
              })
            : rich('Added {when}, not used yet', { when: <FullTime at={passkey.created_at} /> })}
        </p>
      </div>
      <button type="button" class="button small danger" onClick={() => setRemoving(true)}>
        {t('Remove')}
        <span class="unseen"> {name}</span>
      </button>
      {removing && (
        <Confirm
          title={t('Remove the passkey {name}?', { name })}
          keep={t('Keep it')}
          verb={t('Yes, remove it')}
          verbing={t('Removing…')}
          danger
          act={remove}
          onClose={() => setRemoving(false)}
        >
          <p>
            {t(
              'It does not sign you in any more. Your device may go on offering it: delete it there, too.',
            )}
          </p>
        </Confirm>
      )}
    </li>
  );
}
