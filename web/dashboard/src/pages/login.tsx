import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import { useTitle } from '../arrival';
import { explain } from '../explain';
import { counted } from '../format';
import { Brand } from '../parts/brand';
import { ThemeButton } from '../parts/header';
import { navigate, place, safeReturn } from '../router';
import { session, signIn } from '../session';

/** Sign-in; afterwards one is where one was going. */
export default function LoginPage() {
  useTitle('Sign in');
  const signedIn = Boolean(session.value);
  useEffect(() => {
    if (signedIn) void navigate(destination(), 'replace');
  }, [signedIn]);

  if (session.value !== null) return null;
  return (
    <div class="login">
      <div class="login-theme">
        <ThemeButton />
      </div>
      <div class="login-card">
        <Brand />
        <h1>Sign in</h1>
        <p class="soft">Your chats, their conversations and how customers are identified.</p>
        <LoginForm />
      </div>
    </div>
  );
}

function LoginForm() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [seconds, startWait] = useCountdown();
  const password = useRef<HTMLInputElement>(null);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || seconds > 0) return;
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError(null);
    try {
      await signIn(String(fields.get('email')).trim(), String(fields.get('password')));
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setBusy(false);
      setError(failure);
      if (failure.status === 429) startWait(failure.retryAfter ?? 0);
      if (failure.status === 401) password.current?.select();
    }
  };

  const wrong = error?.status === 401;
  return (
    <form class="login-form" onSubmit={submit}>
      <label>
        <span>Email</span>
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
      <label>
        <span>Password</span>
        <input
          ref={password}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          aria-invalid={wrong}
          aria-describedby="login-error"
        />
      </label>
      <div id="login-error" role="alert">
        {error && <p class="field-error">{words(error)}</p>}
      </div>
      <button type="submit" class="button primary wide" aria-disabled={busy || seconds > 0}>
        {busy ? 'Signing in…' : 'Sign in'}
      </button>
      {seconds > 0 && (
        <p class="soft login-wait" aria-hidden="true">
          {counted(seconds, 'second')} to go
        </p>
      )}
    </form>
  );
}

function words(error: ApiError): string {
  if (error.status === 401) return 'Email or password is wrong.';
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
