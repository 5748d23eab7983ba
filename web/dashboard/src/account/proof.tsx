import { useId, useState } from 'preact/hooks';
import { beginPasskeyProof, confirmSession, type Proof as Given } from '../../../api/account';
import type { ApiError } from '../../../api/client';
import { useAction } from '../action';
import { explain } from '../explain';
import { t } from '../i18n';
import { Dialog } from '../parts/dialog';
import { hasPasskeys, PasskeyFailure, usePasskey } from '../passkey';
import { proofAsked, session } from '../session';
import '../styles/account.css';

/**
 * Asks who is there before something that a session left open must not do; then that goes on. Who has a second factor proves that;
 * else the password will do.
 */
export default function Proof() {
  const asked = proofAsked.value;
  const [text, setText] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const action = useAction();
  const id = useId();
  if (!asked) return null;
  const factors = session.value?.second_factors ?? { totp: false, passkey: false };
  const byCode = factors.totp || factors.passkey;
  const prove = async (proof: () => Promise<Given>) => {
    setFailure(null);
    await action.run(async () => {
      try {
        await confirmSession(await proof());
        asked.done(true);
      } catch (error) {
        if (!(error instanceof PasskeyFailure)) throw error;
        setFailure(error.message);
      }
    });
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy || !text) return;
    await prove(async () => (byCode ? { code: text.trim() } : { password: text }));
  };
  const askDevice = () =>
    prove(async () => ({ passkey: await usePasskey(await beginPasskeyProof()) }));
  return (
    <Dialog
      title={t('Is it you?')}
      onDismiss={() => asked.done(false)}
      actions={
        <>
          <button
            type="button"
            class="button"
            disabled={action.busy}
            onClick={() => asked.done(false)}
          >
            {t('Cancel')}
          </button>
          <button type="submit" class="button primary" form={id} disabled={action.busy}>
            {action.busy ? t('Checking…') : t('Go on')}
          </button>
        </>
      }
    >
      <p>{t('You signed in a while ago. Before this is done, show once more that it is you.')}</p>
      {factors.passkey && hasPasskeys() && (
        <p>
          <button
            type="button"
            class="button primary wide"
            disabled={action.busy}
            autofocus
            onClick={askDevice}
          >
            {t('Use a passkey')}
          </button>
        </p>
      )}
      <form id={id} class="field" onSubmit={submit}>
        <input
          type="text"
          autocomplete="username"
          value={session.value?.operator.email}
          readOnly
          hidden
        />
        <label for={`${id}-text`}>{label(factors)}</label>
        <input
          id={`${id}-text`}
          class="input"
          type={(byCode ? 'text' : 'password') as 'password'}
          autocomplete={byCode ? 'one-time-code' : 'current-password'}
          autofocus={!factors.passkey}
          value={text}
          aria-invalid={action.error !== null}
          aria-describedby={`${id}-error`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <div id={`${id}-error`} role="alert">
          {action.error && <p class="field-error">{words(action.error)}</p>}
          {failure && <p class="field-error">{failure}</p>}
        </div>
      </form>
    </Dialog>
  );
}

function label({ totp, passkey }: { totp: boolean; passkey: boolean }): string {
  if (totp) return t('Code of your app, or a recovery code');
  return passkey ? t('A recovery code') : t('Your password');
}

function words(error: ApiError): string {
  if (error.code === 'wrong_proof') return t('That is not right.');
  const { title, advice } = explain(error);
  return `${title}. ${advice}`;
}
