import { useId, useState } from 'preact/hooks';
import {
  beginTotp,
  confirmTotp,
  type NewTotp,
  removeTotp,
  type Security,
} from '../../../api/account';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { CopyButton } from '../parts/copy-button';
import { resumeSession } from '../session';
import { CodesDialog } from './recovery-codes';

interface Props {
  value: Security;
  changed: () => void;
}

/** An authenticator app. */
export function AuthenticatorApp({ value, changed }: Props) {
  const [begun, setBegun] = useState<NewTotp | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const action = useAction();
  const begin = () => action.run(async () => setBegun(await beginTotp()));
  const confirmed = (fresh: readonly string[]) => {
    setBegun(null);
    setCodes(fresh.length > 0 ? fresh : null);
    announce(t('The authenticator app is set up.'));
    changed();
    void resumeSession();
  };
  return (
    <section class="card section" aria-labelledby="factor-heading">
      <div class="section-head">
        <h2 id="factor-heading">{t('Authenticator app')}</h2>
        {value.totp && <span class="badge good">{t('Set up')}</span>}
      </div>
      <p>
        {t(
          'With an authenticator app, your password alone lets nobody in. Any will do: it shows six digits that change every 30 seconds.',
        )}
      </p>
      {begun ? (
        <Enrolment begun={begun} confirmed={confirmed} onCancel={() => setBegun(null)} />
      ) : value.totp ? (
        <SetUp changed={changed} />
      ) : (
        <p>
          <button type="button" class="button primary" disabled={action.busy} onClick={begin}>
            {t('Set up an authenticator app')}
          </button>
        </p>
      )}
      <ActionError error={action.error} />
      {codes && <CodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </section>
  );
}

interface EnrolmentProps {
  begun: NewTotp;
  confirmed: (codes: readonly string[]) => void;
  onCancel: () => void;
}

function Enrolment({ begun, confirmed, onCancel }: EnrolmentProps) {
  const [code, setCode] = useState('');
  const action = useAction();
  const id = useId();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy || !code.trim()) return;
    await action.run(async () => confirmed(await confirmTotp(code.trim())));
  };
  const wrong = action.error?.code === 'wrong_code';
  return (
    <form class="enrolment" onSubmit={submit}>
      <Picture {...begun.picture} />
      <div class="enrolment-steps">
        <p>{t('Point your app at the picture, or type this key into it:')}</p>
        <div class="copy-line">
          <code class="totp-secret">{grouped(begun.secret)}</code>
          <CopyButton text={begun.secret} of={t('key')} />
        </div>
        <div class="field">
          <label for={id}>{t('The six digits that it shows')}</label>
          <input
            id={id}
            class="input code-input"
            inputMode="numeric"
            autocomplete="one-time-code"
            maxLength={10}
            autofocus
            value={code}
            aria-invalid={wrong}
            aria-describedby={`${id}-error`}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
          <div id={`${id}-error`} role="alert">
            {wrong && (
              <p class="field-error">
                {t('This is not the code of now. Is the clock of the device right?')}
              </p>
            )}
          </div>
          {!wrong && <ActionError error={action.error} />}
        </div>
        <div class="button-row">
          <button type="submit" class="button primary" disabled={action.busy}>
            {action.busy ? t('Checking…') : t('Turn it on')}
          </button>
          <button type="button" class="button" onClick={onCancel}>
            {t('Cancel')}
          </button>
        </div>
      </div>
    </form>
  );
}

/** Dark on light in both themes: some apps read nothing else. */
function Picture({ size, path }: { size: number; path: string }) {
  if (size === 0) return null;
  const box = `-4 -4 ${size + 8} ${size + 8}`;
  return (
    <svg class="qr" viewBox={box} role="img" aria-label={t('QR code for your app')}>
      <rect x="-4" y="-4" width={size + 8} height={size + 8} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}

function SetUp({ changed }: { changed: () => void }) {
  const [removing, setRemoving] = useState(false);
  const remove = async () => {
    await removeTotp();
    announce(t('The authenticator app is removed.'));
    changed();
    void resumeSession();
  };
  return (
    <>
      <p>
        <button type="button" class="button danger" onClick={() => setRemoving(true)}>
          {t('Remove the app')}
        </button>
      </p>
      {removing && (
        <Confirm
          title={t('Remove the authenticator app?')}
          keep={t('Keep it')}
          verb={t('Yes, remove it')}
          verbing={t('Removing…')}
          danger
          act={remove}
          onClose={() => setRemoving(false)}
        >
          <p>
            {t('Without another second factor, your password alone signs you in from then on.')}
          </p>
        </Confirm>
      )}
    </>
  );
}

function grouped(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
