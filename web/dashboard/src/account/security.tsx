import { useId, useState } from 'preact/hooks';
import {
  changePassword,
  endOtherSessions,
  endSessionNamed,
  type OwnSession,
  readSecurity,
  type Security,
} from '../../../api/account';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { rich, t } from '../i18n';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { Ago, FullTime } from '../parts/time';
import { useResource } from '../resource';
import { session } from '../session';
import { AuthenticatorApp } from './authenticator-app';
import { deviceName } from './device';
import { Passkeys } from './passkeys';
import { NewPasswordField } from './password-fields';
import { RecoveryCodes } from './recovery-codes';

/** What one proves oneself with, and where one is signed in. */
export default function SecurityPart() {
  const security = useResource('security', readSecurity);
  const { value, error, reload } = security;
  const missing = session.value?.second_factor_missing ?? false;
  if (!value) {
    return error ? (
      <Failure error={error} retry={reload} />
    ) : (
      <Skeleton rows={4} of={t('security')} />
    );
  }
  return (
    <>
      {missing && (
        <p class="notice warn account-notice">
          {t(
            'This account asks for a second factor. Set yours up, and you can go on with everything else.',
          )}
        </p>
      )}
      <Passkeys value={value} changed={reload} />
      <AuthenticatorApp value={value} changed={reload} />
      {(value.totp || value.passkeys.length > 0) && (
        <RecoveryCodes value={value} changed={reload} />
      )}
      {!missing && <Password changed={reload} />}
      <Sessions value={value} changed={reload} />
    </>
  );
}

function Password({ changed }: { changed: () => void }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const action = useAction();
  const id = useId();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy) return;
    if (!(await action.run(() => changePassword(current, next)))) return;
    setCurrent('');
    setNext('');
    announce(t('Your password is changed. You are signed out everywhere else.'));
    changed();
  };
  const wrong = action.error?.code === 'wrong_password';
  return (
    <section class="card section" aria-labelledby="password-heading">
      <h2 id="password-heading">{t('Password')}</h2>
      <form class="form" onSubmit={submit}>
        <input
          type="text"
          autocomplete="username"
          value={session.value?.operator.email}
          readOnly
          hidden
        />
        <div class="field">
          <label for={id}>{t('Present password')}</label>
          <input
            id={id}
            class="input"
            type="password"
            autocomplete="current-password"
            required
            value={current}
            aria-invalid={wrong}
            aria-describedby={`${id}-error`}
            onInput={(event) => setCurrent(event.currentTarget.value)}
          />
        </div>
        <NewPasswordField value={next} onChange={setNext} label={t('New password')} />
        <div id={`${id}-error`}>
          {wrong ? (
            <p class="field-error" role="alert">
              {t('The present password is wrong.')}
            </p>
          ) : (
            <ActionError error={action.error} />
          )}
        </div>
        <button type="submit" class="button primary" disabled={action.busy}>
          {action.busy ? t('Saving…') : t('Change the password')}
        </button>
      </form>
    </section>
  );
}

function Sessions({ value, changed }: { value: Security; changed: () => void }) {
  const action = useAction();
  const others = value.sessions.filter((one) => !one.current).length;
  const endAll = () =>
    action.run(async () => {
      await endOtherSessions();
      announce(t('You are signed out everywhere else.'));
      changed();
    });
  return (
    <section class="card section" aria-labelledby="sessions-heading">
      <h2 id="sessions-heading">{t('Where you are signed in')}</h2>
      <ul class="programs">
        {value.sessions.map((one) => (
          <SessionRow key={one.id} session={one} changed={changed} />
        ))}
      </ul>
      {others > 0 && (
        <p>
          <button type="button" class="button danger" disabled={action.busy} onClick={endAll}>
            {t('Sign out everywhere else')}
          </button>
        </p>
      )}
      <ActionError error={action.error} />
    </section>
  );
}

function SessionRow({ session: one, changed }: { session: OwnSession; changed: () => void }) {
  const action = useAction();
  const name = deviceName(one.agent);
  const end = () =>
    action.run(async () => {
      await endSessionNamed(one.id);
      announce(t('{device} is signed out.', { device: name }));
      changed();
    });
  return (
    <li class="program">
      <div>
        <p class="member-name">
          <strong>{name}</strong>
          {one.current && <span class="badge good">{t('This one')}</span>}
        </p>
        <p class="soft">
          {rich('Signed in {when}, last here {ago}', {
            when: <FullTime at={one.created_at} />,
            ago: <Ago at={one.last_seen_at} />,
          })}
        </p>
        <ActionError error={action.error} />
      </div>
      {!one.current && (
        <button type="button" class="button small" disabled={action.busy} onClick={end}>
          {t('Sign out')}
          <span class="unseen"> {name}</span>
        </button>
      )}
    </li>
  );
}
