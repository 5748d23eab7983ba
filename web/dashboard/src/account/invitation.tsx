import { useEffect, useState } from 'preact/hooks';
import { acceptInvitation, type InvitedTo, lookUpInvitation } from '../../../api/account';
import { ApiError } from '../../../api/client';
import { ActionError, useAction } from '../action';
import { useTitle } from '../arrival';
import { rich, t } from '../i18n';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { navigate } from '../router';
import { session } from '../session';
import { Door } from './door';
import { takeToken } from './fragment';
import { NewPasswordField } from './password-fields';
import { ROLE_MEANINGS, ROLE_NAMES } from './roles';

/** Joins an account by the link of an invitation. */
export default function InvitationPage() {
  useTitle(t('Invitation'));
  const [token] = useState(takeToken);
  const [found, setFound] = useState<InvitedTo | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const look = async () => {
    setError(null);
    try {
      setFound(await lookUpInvitation(token));
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => void look(), []);
  if (error?.code === 'invitation_invalid') return <Invalid />;
  return (
    <Door title={found ? t('Join {account}', { account: found.account }) : t('Invitation')}>
      {found ? (
        <Join token={token} to={found} />
      ) : error ? (
        <Failure error={error} retry={look} />
      ) : (
        <Skeleton rows={2} of={t('the invitation')} />
      )}
    </Door>
  );
}

function Invalid() {
  return (
    <Door title={t('This link does not work any more')}>
      <p class="soft">
        {t('It was used, withdrawn, or is older than 7 days. Ask whoever sent it for a new one.')}
      </p>
      <p>
        <a href="/login">{t('Sign in')}</a>
      </p>
    </Door>
  );
}

function Join({ token, to }: { token: string; to: InvitedTo }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const action = useAction();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy) return;
    const joined = await action.run(async () => {
      session.value = await acceptInvitation(token, name, password);
    });
    if (joined) await navigate('/', 'replace');
  };
  return (
    <>
      <p class="soft">
        {rich('You sign in with {email}, as {role}.', {
          email: <strong>{to.email}</strong>,
          role: <strong>{t(ROLE_NAMES[to.role])}</strong>,
        })}{' '}
        {t(ROLE_MEANINGS[to.role])}
      </p>
      <form class="login-form" onSubmit={submit}>
        <input type="text" autocomplete="username" value={to.email} readOnly hidden />
        <div class="field">
          <label for="join-name">{t('Your name')}</label>
          <input
            id="join-name"
            class="input"
            type="text"
            dir="auto"
            autocomplete="name"
            maxLength={100}
            required
            value={name}
            aria-describedby="join-name-hint"
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <p class="soft" id="join-name-hint">
            {t('Customers see it beside what you write.')}
          </p>
        </div>
        <NewPasswordField value={password} onChange={setPassword} label={t('Password')} />
        <ActionError error={action.error} />
        <button type="submit" class="button primary wide" disabled={action.busy}>
          {action.busy ? t('Joining…') : t('Join')}
        </button>
      </form>
    </>
  );
}
