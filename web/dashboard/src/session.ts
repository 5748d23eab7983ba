/** Who is signed in. */

import { computed, signal } from '@preact/signals';
import { ApiError, onSignInRequired } from '../../api/client';
import {
  endSession,
  readSession,
  signIn as requestSession,
  type Session,
} from '../../api/dashboard';
import { forgetDrafts } from './conversations/drafts';
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

/** Asks the service who is signed in; call once at the start, and to try again. */
export async function resumeSession(): Promise<void> {
  sessionError.value = null;
  onSignInRequired(forget);
  try {
    session.value = await readSession();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) forget();
    else sessionError.value = error;
  }
}

/** Throws an `ApiError`: `wrong_credentials`, `rate_limited`, … */
export async function signIn(email: string, password: string): Promise<void> {
  session.value = await requestSession(email, password);
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

/** The next person at this browser must not see what this one saw. */
function forget(): void {
  session.value = null;
  forgetResources();
  forgetDrafts();
}
