import { useId, useState } from 'preact/hooks';
import {
  beginTotp,
  confirmTotp,
  type NewTotp,
  removeTotp,
  renewRecoveryCodes,
  type Security,
} from '../../../api/account';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { CopyButton } from '../parts/copy-button';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { saveFile } from '../save-file';
import { resumeSession } from '../session';

interface Props {
  value: Security;
  changed: () => void;
}

/** An authenticator app, and the codes for when it is lost. */
export function SecondFactor({ value, changed }: Props) {
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
        <h2 id="factor-heading">{t('Second factor')}</h2>
        {value.totp && <span class="badge good">{t('Set up')}</span>}
      </div>
      <p>
        {t(
          'With a second factor, your password alone lets nobody in. Any authenticator app will do: it shows six digits that change every 30 seconds.',
        )}
      </p>
      {begun ? (
        <Enrolment begun={begun} confirmed={confirmed} onCancel={() => setBegun(null)} />
      ) : value.totp ? (
        <SetUp value={value} changed={changed} onCodes={setCodes} />
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

interface SetUpProps extends Props {
  onCodes: (codes: readonly string[]) => void;
}

function SetUp({ value, changed, onCodes }: SetUpProps) {
  const [removing, setRemoving] = useState(false);
  const action = useAction();
  const renew = () =>
    action.run(async () => {
      onCodes(await renewRecoveryCodes());
      changed();
    });
  const remove = async () => {
    await removeTotp();
    announce(t('The authenticator app is removed.'));
    changed();
  };
  const left = value.recovery_codes;
  return (
    <>
      <p class={left < 3 ? 'notice warn' : 'soft'}>
        {t(
          '{count, plural, =0 {No recovery code is left.} one {# recovery code is left.} other {# recovery codes are left.}}',
          { count: left },
        )}{' '}
        {t('One of them signs you in when the app is lost.')}
      </p>
      <div class="button-row">
        <button type="button" class="button" disabled={action.busy} onClick={renew}>
          {t('New recovery codes')}
        </button>
        <button type="button" class="button danger" onClick={() => setRemoving(true)}>
          {t('Remove the app')}
        </button>
      </div>
      <ActionError error={action.error} />
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
          <p>{t('From then on your password alone signs you in.')}</p>
        </Confirm>
      )}
    </>
  );
}

/** Shown this once: only their hashes are kept. */
function CodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const text = `${codes.join('\n')}\n`;
  return (
    <Dialog
      title={t('Your recovery codes')}
      onDismiss={() => {}}
      actions={
        <>
          <button
            type="button"
            class="button"
            onClick={() => saveFile('zipchat-recovery-codes.txt', text, 'text/plain')}
          >
            <Icon name="download" />
            {t('Download')}
          </button>
          <CopyButton text={text} of={t('recovery codes')} />
          <button type="button" class="button primary" onClick={onClose}>
            {t('I have kept them')}
          </button>
        </>
      }
    >
      <p>
        {t(
          'Each signs you in once when your app is lost. They are shown this once: keep them where you keep passwords.',
        )}
      </p>
      <ul class="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function grouped(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
