import { useEffect, useState } from 'preact/hooks';
import { requestPasswordReset, resetPassword } from '../../../api/account';
import { ActionError, useAction } from '../action';
import { useTitle } from '../arrival';
import { t } from '../i18n';
import { CodeBlock } from '../parts/code-block';
import { Door } from './door';
import { takeToken } from './fragment';
import { NewPasswordField } from './password-fields';

const COMMAND = 'zipchat operator set --email you@example.com --password';

/** A new password for who has forgotten theirs: asks for a link, or is where the link leads to. */
export default function NewPasswordPage() {
  useTitle(t('A new password'));
  const [token, setToken] = useState(takeToken);
  useEffect(() => {
    // A link that is pasted where one is already loads nothing.
    const take = () => {
      const next = takeToken();
      if (next) setToken(next);
    };
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  return token ? <Choose token={token} onAgain={() => setToken('')} /> : <Ask />;
}

function Ask() {
  const [email, setEmail] = useState('');
  const [mailed, setMailed] = useState<boolean | null>(null);
  const action = useAction();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy) return;
    await action.run(async () => setMailed(await requestPasswordReset(email.trim())));
  };
  return (
    <Door title={t('A new password')}>
      {mailed === null ? (
        <>
          <p class="soft">{t('A link to choose a new one is mailed to you.')}</p>
          <form class="login-form" onSubmit={submit}>
            <div class="field">
              <label for="reset-email">{t('Email')}</label>
              <input
                id="reset-email"
                class="input"
                type="email"
                autocomplete="username"
                required
                value={email}
                onInput={(event) => setEmail(event.currentTarget.value)}
              />
            </div>
            <ActionError error={action.error} />
            <button type="submit" class="button primary wide" disabled={action.busy}>
              {action.busy ? t('Asking…') : t('Mail me a link')}
            </button>
          </form>
        </>
      ) : (
        <div role="status">
          {mailed ? (
            <p>
              {t(
                'If somebody signs in with {email}, a link is on its way. It works once, within an hour.',
                { email },
              )}
            </p>
          ) : (
            <>
              <p>
                {t(
                  'This installation sends no mail. Ask whoever runs it for a new password; on the server they set it with this command:',
                )}
              </p>
              <CodeBlock code={COMMAND} name="command" wrap />
            </>
          )}
        </div>
      )}
      <p class="door-way">
        <a href="/login">{t('Back to sign-in')}</a>
      </p>
    </Door>
  );
}

function Choose({ token, onAgain }: { token: string; onAgain: () => void }) {
  const [password, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const action = useAction();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy) return;
    if (await action.run(() => resetPassword(token, password))) setDone(true);
  };
  if (done) {
    return (
      <Door title={t('Your password is changed')}>
        <p class="soft" role="status">
          {t('You were signed out everywhere. Sign in with the new one.')}
        </p>
        <a class="button primary wide" href="/login">
          {t('Sign in')}
        </a>
      </Door>
    );
  }
  const invalid = action.error?.code === 'link_invalid';
  return (
    <Door title={t('Choose a new password')}>
      <form class="login-form" onSubmit={submit}>
        {/* Whose it is, the page does not know; whoever keeps passwords for them asks. */}
        <input type="text" autocomplete="username" hidden />
        <NewPasswordField value={password} onChange={setPassword} label={t('New password')} />
        {invalid ? (
          <div role="alert">
            <p class="field-error">
              {t('This link was used, or is older than an hour. Ask for a new one.')}
            </p>
          </div>
        ) : (
          <ActionError error={action.error} />
        )}
        <button type="submit" class="button primary wide" disabled={action.busy}>
          {action.busy ? t('Saving…') : t('Change the password')}
        </button>
      </form>
      <p class="door-way">
        <button type="button" class="link" onClick={onAgain}>
          {t('Ask for a new link')}
        </button>
      </p>
    </Door>
  );
}
