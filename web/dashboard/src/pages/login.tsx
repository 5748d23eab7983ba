import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import { Door } from '../account/door';
import { useTitle } from '../arrival';
import { explain } from '../explain';
import { t } from '../i18n';
import { hasPasskeys, PasskeyFailure } from '../passkey';
import { navigate, place, safeReturn } from '../router';
import { type SecondFactors, session, signIn, signInWithPasskey } from '../session';

/** Sign-in; afterwards one is where one was going. */
export default function LoginPage() {
  useTitle(t('Sign in'));
  const signedIn = Boolean(session.value);
  useEffect(() => {
    if (signedIn) void navigate(destination(), 'replace');
  }, [signedIn]);

  if (session.value !== null) return null;
  return (
    <Door title={t('Sign in')}>
      <p class="soft">{t('Your chats, their conversations and how customers are identified.')}</p>
      <LoginForm />
    </Door>
  );
}

interface Credentials {
  email: string;
  password: string;
}

function LoginForm() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [passkeyFailure, setPasskeyFailure] = useState<string | null>(null);
  const [seconds, startWait] = useCountdown();
  // The password was right, and more is asked for: it is sent once more with the code.
  const [asked, setAsked] = useState<(Credentials & { by: SecondFactors }) | null>(null);
  const secret = useRef<HTMLInputElement>(null);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || seconds > 0) return;
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string) => String(fields.get(name) ?? '');
    const given = asked ?? { email: field('email').trim(), password: field('password') };
    setBusy(true);
    setError(null);
    setPasskeyFailure(null);
    try {
      const by = await signIn(given.email, given.password, asked ? field('code').trim() : null);
      setBusy(false);
      if (by) setAsked({ ...given, by });
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setBusy(false);
      setError(failure);
      if (failure.status === 429) startWait(failure.retryAfter ?? 0);
      if (failure.status === 401) secret.current?.select();
    }
  };

  const withPasskey = async () => {
    if (busy || seconds > 0) return;
    setBusy(true);
    setError(null);
    setPasskeyFailure(null);
    try {
      await signInWithPasskey();
    } catch (failure) {
      if (failure instanceof PasskeyFailure) setPasskeyFailure(failure.message);
      else if (failure instanceof ApiError) setError(failure);
      else throw failure;
      setBusy(false);
    }
  };

  const wrong = error?.status === 401 && error.code !== 'wrong_passkey';
  const byPasskey = hasPasskeys() && (!asked || asked.by.passkey);
  return (
    <>
      <form class="login-form" onSubmit={submit}>
        {asked ? (
          <label key="code">
            <span>
              {asked.by.totp ? t('Code of your app, or a recovery code') : t('A recovery code')}
            </span>
            <input
              ref={secret}
              name="code"
              type="text"
              autocomplete="one-time-code"
              autocapitalize="off"
              spellcheck={false}
              required
              autofocus
              aria-invalid={wrong}
              aria-describedby="login-error"
            />
          </label>
        ) : (
          <>
            <label key="email">
              <span>{t('Email')}</span>
              <input
                name="email"
                type="email"
                autocomplete="username"
                required
                autofocus
                aria-invalid={wrong}
                aria-describedby="login-error"
              />
            </label>
            <label key="password">
              <span>{t('Password')}</span>
              <input
                ref={secret}
                name="password"
                type="password"
                autocomplete="current-password"
                required
                aria-invalid={wrong}
                aria-describedby="login-error"
              />
            </label>
          </>
        )}
        <div id="login-error" role="alert">
          {error && <p class="field-error">{words(error)}</p>}
          {passkeyFailure && <p class="field-error">{passkeyFailure}</p>}
        </div>
        <button type="submit" class="button primary wide" aria-disabled={busy || seconds > 0}>
          {busy ? t('Signing in…') : t('Sign in')}
        </button>
        {byPasskey && (
          <button type="button" class="button wide" aria-disabled={busy} onClick={withPasskey}>
            {t('Use a passkey')}
          </button>
        )}
        {seconds > 0 && (
          <p class="soft login-wait" aria-hidden="true">
            {t('{count, plural, one {# second to go} other {# seconds to go}}', { count: seconds })}
          </p>
        )}
      </form>
      <p class="door-way">
        {asked ? (
          <button type="button" class="link" onClick={() => setAsked(null)}>
            {t('Back')}
          </button>
        ) : (
          <a href="/password">{t('Forgot your password?')}</a>
        )}
      </p>
    </>
  );
}

function words(error: ApiError): string {
  if (error.code === 'wrong_passkey') return t('This passkey does not sign in here.');
  if (error.code === 'passkeys_need_a_name') {
    return t('Open the dashboard by its domain name: passkeys do not work with numbers.');
  }
  if (error.code === 'wrong_code') return t('The code is wrong, or was used before.');
  if (error.status === 401) return t('Email or password is wrong.');
  const { title, advice } = explain(error);
  return `${title}. ${advice}`;
}

function destination(): string {
  return safeReturn(new URLSearchParams(place.peek().search).get('to'));
}

/** Seconds still to wait, counted down, and how to start. */
function useCountdown(): [number, (seconds: number) => void] {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (seconds <= 0) return;
    const timer = setTimeout(() => setSeconds(seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return [seconds, setSeconds];
}
