/** The calls about an account's people, their security and what they did. Times are RFC 3339. */

import { call } from './client';
import type {
  AcceptBody,
  AddedPasskeyView,
  AuditPage,
  ChatAnswer,
  ChatView,
  CodeBody,
  CodesView,
  Credentials,
  EmailBody,
  EndedView,
  InvitationsView,
  InviteBody,
  InvitedTo,
  InvitedView,
  MembersView,
  NewChatBody,
  PasswordBody,
  RenameBody,
  ResetBody,
  ResetView,
  RoleBody,
  RoleView,
  RuleBody,
  SecondFactorView,
  SecurityView,
  SessionView,
  TokenBody,
  TotpView,
} from './types';

export type {
  AuditEntryView as AuditEntry,
  AuditPage,
  InvitationsView as Invitations,
  InvitationView as Invitation,
  InvitedTo,
  InvitedView as Invited,
  MembersView as Members,
  MemberView as Member,
  OwnSessionView as OwnSession,
  PasskeyView as Passkey,
  RoleView as Role,
  SecurityView as Security,
  TotpView as NewTotp,
} from './types';

/** Who is signed in; or what else is asked for, where a password is not enough. */
export function signIn(
  email: string,
  password: string,
  code: string | null,
): Promise<SessionView | SecondFactorView> {
  const body: Credentials = { email, password, code };
  return call('POST', '/session', { body });
}

/** One of the three; the password will do where there is no second factor. */
export type Proof =
  | { password: string }
  | { code: string }
  | { passkey: AuthenticationResponseJSON };

/** Proves anew who one is. */
export function confirmSession(proof: Proof): Promise<void> {
  return call('POST', '/session/confirmation', { body: proof });
}

export function listMembers(signal: AbortSignal): Promise<MembersView> {
  return call('GET', '/members', { signal });
}

export function changeRole(id: string, role: RoleView): Promise<void> {
  const body: RoleBody = { role };
  return call('PATCH', memberPath(id), { body });
}

export function removeMember(id: string): Promise<void> {
  return call('DELETE', memberPath(id));
}

export function requireSecondFactor(required: boolean): Promise<void> {
  const body: RuleBody = { required };
  return call('PUT', '/members/second_factor', { body });
}

export function listInvitations(signal: AbortSignal): Promise<InvitationsView> {
  return call('GET', '/invitations', { signal });
}

export function invite(email: string, role: RoleView): Promise<InvitedView> {
  const body: InviteBody = { email, role };
  return call('POST', '/invitations', { body });
}

export function renewInvitation(id: string): Promise<InvitedView> {
  return call('POST', `${invitationPath(id)}/renewals`, { body: {} });
}

export function withdrawInvitation(id: string): Promise<void> {
  return call('DELETE', invitationPath(id));
}

export function lookUpInvitation(token: string): Promise<InvitedTo> {
  const body: TokenBody = { token };
  return call('POST', '/invitations/lookup', { body });
}

export function acceptInvitation(
  token: string,
  name: string,
  password: string,
): Promise<SessionView> {
  const body: AcceptBody = { token, name, password };
  return call('POST', '/invitations/acceptances', { body });
}

export function readSecurity(signal: AbortSignal): Promise<SecurityView> {
  return call('GET', '/security', { signal });
}

export function beginTotp(): Promise<TotpView> {
  return call('POST', '/security/totp', { body: {} });
}

/** The recovery codes that came with it; none where there are some already. */
export async function confirmTotp(code: string): Promise<string[]> {
  const body: CodeBody = { code };
  return (await call<CodesView>('POST', '/security/totp/confirmation', { body })).recovery_codes;
}

export function removeTotp(): Promise<void> {
  return call('DELETE', '/security/totp');
}

/** What the browser makes a passkey by. */
export function beginPasskey(): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return call('POST', '/security/passkeys/options', { body: {} });
}

/** The recovery codes that came with it; none where there are some already. */
export async function addPasskey(
  name: string,
  credential: RegistrationResponseJSON,
): Promise<string[]> {
  const body = { name, credential };
  return (await call<AddedPasskeyView>('POST', '/security/passkeys', { body })).recovery_codes;
}

export function removePasskey(id: string): Promise<void> {
  return call('DELETE', `/security/passkeys/${encodeURIComponent(id)}`);
}

/** What the browser asks for a passkey by: to sign in, or to prove anew who one is. */
export function beginPasskeyProof(): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return call('POST', '/session/passkey/options', { body: {} });
}

export function signInByPasskey(credential: AuthenticationResponseJSON): Promise<SessionView> {
  return call('POST', '/session/passkey', { body: credential });
}

export async function renewRecoveryCodes(): Promise<string[]> {
  return (await call<CodesView>('POST', '/security/recovery_codes', { body: {} })).recovery_codes;
}

export function endSessionNamed(id: string): Promise<void> {
  return call('DELETE', `/sessions/${encodeURIComponent(id)}`);
}

/** How many ended. */
export async function endOtherSessions(): Promise<number> {
  return (await call<EndedView>('DELETE', '/sessions')).ended;
}

export function changePassword(current: string, next: string): Promise<void> {
  const body: PasswordBody = { current, new: next };
  return call('POST', '/password', { body });
}

/** Whether there is a mail server; not whether anybody has that email. */
export async function requestPasswordReset(email: string): Promise<boolean> {
  const body: EmailBody = { email };
  return (await call<ResetView>('POST', '/password/resets', { body })).mail;
}

export function resetPassword(token: string, password: string): Promise<void> {
  const body: ResetBody = { token, password };
  return call('PUT', '/password', { body });
}

export interface AuditFilter {
  operator: string;
  kind: string;
  since: string;
  until: string;
}

export function listAudit(
  filter: AuditFilter,
  before: string,
  signal: AbortSignal,
): Promise<AuditPage> {
  return call('GET', `/audit?${new URLSearchParams({ ...filter, before })}`, { signal });
}

/** Where the same is as a file. */
export function auditFile(filter: AuditFilter): string {
  return `/api/v1/audit.csv?${new URLSearchParams({ ...filter })}`;
}

export async function createChat(name: string, platform: string): Promise<ChatView> {
  const body: NewChatBody = { name, platform };
  return (await call<ChatAnswer>('POST', '/chats', { body })).chat;
}

export async function renameChat(chatId: string, name: string): Promise<ChatView> {
  const body: RenameBody = { name };
  return (await call<ChatAnswer>('PATCH', `/chats/${encodeURIComponent(chatId)}`, { body })).chat;
}

function memberPath(id: string): string {
  return `/members/${encodeURIComponent(id)}`;
}

function invitationPath(id: string): string {
  return `/invitations/${encodeURIComponent(id)}`;
}
