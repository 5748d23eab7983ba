import { useId, useState } from 'preact/hooks';
import { confirmSession } from '../../../api/account';
import type { ApiError } from '../../../api/client';
import { useAction } from '../action';
import { explain } from '../explain';
import { t } from '../i18n';
import { Dialog } from '../parts/dialog';
import { proofAsked, session } from '../session';
import '../styles/account.css';

type How = 'password' | 'code';

/** Asks for the password, or a code, before something that a session left open must not do; then that goes on. */
export default function Proof() {
  const asked = proofAsked.value;
  const [how, setHow] = useState<How>('password');
  const [text, setText] = useState('');
  const action = useAction();
  const id = useId();
  if (!asked) return null;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy || !text) return;
    const proof = how === 'password' ? { password: text } : { code: text.trim() };
    if (await action.run(() => confirmSession(proof))) asked.done(true);
  };
  const other = how === 'password' ? 'code' : 'password';
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
      <form id={id} class="field" onSubmit={submit}>
        <input
          type="text"
          autocomplete="username"
          value={session.value?.operator.email}
          readOnly
          hidden
        />
        <label for={`${id}-text`}>
          {how === 'password' ? t('Your password') : t('Code of your app, or a recovery code')}
        </label>
        <input
          key={how}
          id={`${id}-text`}
          class="input"
          type={(how === 'password' ? 'password' : 'text') as 'password'}
          autocomplete={how === 'password' ? 'current-password' : 'one-time-code'}
          autofocus
          value={text}
          aria-invalid={action.error !== null}
          aria-describedby={`${id}-error`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <div id={`${id}-error`} role="alert">
          {action.error && <p class="field-error">{words(action.error)}</p>}
        </div>
      </form>
      <p>
        <button
          type="button"
          class="link"
          onClick={() => {
            setHow(other);
            setText('');
            action.forgetError();
          }}
        >
          {how === 'password' ? t('Use a code instead') : t('Use the password instead')}
        </button>
      </p>
    </Dialog>
  );
}

function words(error: ApiError): string {
  if (error.code === 'wrong_proof') return t('That is not right.');
  const { title, advice } = explain(error);
  return `${title}. ${advice}`;
}
