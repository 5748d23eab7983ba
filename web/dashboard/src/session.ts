/** Who is signed in. */

import { computed, signal } from '@preact/signals';
import { beginPasskeyProof, signIn as requestSession, signInByPasskey } from '../../api/account';
import { ApiError, onProofRequired, onSignInRequired } from '../../api/client';
import { endSession, readSession, type Session } from '../../api/dashboard';
import { forgetDrafts } from './conversations/drafts';
import { usePasskey } from './passkey';
import { forgetResources } from './resource';
import { mayLeave, navigate, place } from './router';

/** `undefined` until the service has said. */
export const session = signal<Session | null | undefined>(undefined);
/** Why the service could not say. */
export const sessionError = signal<ApiError | null>(null);

/** Members look; owners and editors change. */
export const mayChange = computed(() => {
  const role = session.value?.operator.role;
  return role === 'owner' || role === 'editor';
});

/** Owners let people in, and remove them. */
export const mayManage = computed(() => session.value?.operator.role === 'owner');

/** Where there is one of these, a password alone does nothing. */
export interface SecondFactors {
  totp: boolean;
  passkey: boolean;
}

/** Somebody must prove anew who they are; `done` says whether they did. */
export const proofAsked = signal<{ done: (proven: boolean) => void } | null>(null);

/** Asks the service who is signed in; call once at the start, and to try again. */
export async function resumeSession(): Promise<void> {
  sessionError.value = null;
  onSignInRequired(forget);
  onProofRequired(askForProof);
  try {
    session.value = await readSession();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) forget();
    else sessionError.value = error;
  }
}

/**
 * Null where that was enough; else what more is asked for. Throws an `ApiError`: `wrong_credentials`, `wrong_code`,
 * `rate_limited`, …
 */
export async function signIn(
  email: string,
  password: string,
  code: string | null,
): Promise<SecondFactors | null> {
  const answer = await requestSession(email, password, code);
  if ('second_factor' in answer) return answer.second_factor;
  session.value = answer;
  return null;
}

/** Has the device asked for a passkey. Throws a `PasskeyFailure`, or an `ApiError`: `wrong_passkey`, `rate_limited`, … */
export async function signInWithPasskey(): Promise<void> {
  const credential = await usePasskey(await beginPasskeyProof());
  session.value = await signInByPasskey(credential);
}

export async function signOut(): Promise<void> {
  if (!(await mayLeave())) return;
  await endSession();
  forget();
  await navigate('/login');
}

/** Off to sign-in, and afterwards back to where one is. */
export function leaveForSignIn(): void {
  const { path, search } = place.peek();
  const query = path === '/' ? '' : `?to=${encodeURIComponent(path + search)}`;
  void navigate(`/login${query}`, 'replace');
}

/** One dialog, however many calls ask for it. */
let asking: Promise<boolean> | null = null;

function askForProof(): Promise<boolean> {
  asking ??= new Promise<boolean>((resolve) => {
    const done = (proven: boolean) => {
      proofAsked.value = null;
      asking = null;
      resolve(proven);
    };
    proofAsked.value = { done };
  });
  return asking;
}

/** The next person at this browser must not see what this one saw. */
function forget(): void {
  session.value = null;
  forgetResources();
  forgetDrafts();
}
