/** The calls of the dashboard, and the shapes of their answers under the names that pages use. Times are RFC 3339. */

import { call, readText } from './client';
import type {
  ActivateBody,
  ActivatedView,
  ChatDetail,
  ChatsView,
  ChatView,
  ConversationsPage,
  Credentials,
  SessionView,
} from './types';
import type {
  CustomerChange,
  CustomerDetail,
  CustomersPage,
  Diagnosis,
  Erased,
  Forecast,
  IdentificationsView,
  IdentificationView,
  Mode,
  PageAlert,
  RecordVerification,
  SettingsValues,
  Thread,
} from './upcoming';

export type {
  ActivatedView as IssuedKey,
  Block,
  ChatDetail,
  ChatView as Chat,
  ConversationBrief as ConversationSummary,
  ConversationsPage,
  Inline,
  MessageView as Message,
  SessionView as Session,
} from './types';

export type {
  Attempt,
  Check,
  CustomerChange,
  CustomerConversation,
  CustomerDetail as Customer,
  CustomerDevice,
  CustomerField,
  CustomersPage,
  Diagnosis,
  Entry,
  Erased,
  Forecast,
  IdentificationsView as Identifications,
  IdentificationView as Identification,
  Joined,
  JwksView as Jwks,
  KeyView as IdentificationKey,
  LeadView as Lead,
  Mode,
  PageAlert,
  RecordVerification,
  SettingsValues,
  Thread as Conversation,
  Totals,
  Warned,
  WouldStore,
} from './upcoming';

export type KeyBits = 2048 | 3072 | 4096;

// A 4096-bit pair can take several seconds on a small machine.
const KEY_PAIR_TIME_LIMIT_MS = 60_000;

export function signIn(email: string, password: string): Promise<SessionView> {
  const body: Credentials = { email, password };
  return call('POST', '/session', { body });
}

export function readSession(): Promise<SessionView> {
  return call('GET', '/session');
}

export function endSession(): Promise<void> {
  return call('DELETE', '/session');
}

export async function listChats(signal: AbortSignal): Promise<ChatView[]> {
  return (await call<ChatsView>('GET', '/chats', { signal })).chats;
}

export function readChat(chatId: string, signal: AbortSignal): Promise<ChatDetail> {
  return call('GET', chatPath(chatId), { signal });
}

export function readIdentification(
  chatId: string,
  signal: AbortSignal,
): Promise<IdentificationView> {
  return call('GET', `${chatPath(chatId)}/identification`, { signal });
}

export function activateIdentification(chatId: string, bits: KeyBits): Promise<ActivatedView> {
  const body: ActivateBody = { bits };
  const options = { body, timeLimitMs: KEY_PAIR_TIME_LIMIT_MS };
  return call('POST', `${chatPath(chatId)}/identification`, options);
}

export function deactivateIdentification(chatId: string): Promise<IdentificationView> {
  return call('DELETE', `${chatPath(chatId)}/identification`);
}

export function addPublicKey(chatId: string, publicKey: string): Promise<IdentificationView> {
  const body = { public_key: publicKey };
  return call('POST', `${chatPath(chatId)}/identification/keys`, { body });
}

export function retireKey(
  chatId: string,
  kid: string,
  graceSeconds: number,
): Promise<IdentificationView> {
  const body = { grace_seconds: graceSeconds };
  return call('POST', `${keyPath(chatId, kid)}/retire`, { body });
}

export function revokeKey(chatId: string, kid: string): Promise<IdentificationView> {
  return call('POST', `${keyPath(chatId, kid)}/revoke`, { body: {} });
}

/** The service fetches the address before it answers. */
export function setJwks(chatId: string, url: string): Promise<IdentificationView> {
  return call('PUT', `${chatPath(chatId)}/identification/jwks`, { body: { url } });
}

export function removeJwks(chatId: string): Promise<IdentificationView> {
  return call('DELETE', `${chatPath(chatId)}/identification/jwks`);
}

export function inspectToken(chatId: string, token: string): Promise<Diagnosis> {
  return call('POST', `${chatPath(chatId)}/identification/inspections`, { body: { token } });
}

export function readIdentifications(
  chatId: string,
  signal: AbortSignal,
): Promise<IdentificationsView> {
  return call('GET', `${chatPath(chatId)}/identifications`, { signal });
}

/** For an `EventSource`: events `attempt` and `alert`. */
export function identificationEvents(chatId: string): string {
  return `/api/v1${chatPath(chatId)}/identifications/events`;
}

export async function dismissAlert(chatId: string, kind: string): Promise<PageAlert[]> {
  const path = `${chatPath(chatId)}/alerts/dismissals`;
  return (await call<{ alerts: PageAlert[] }>('POST', path, { body: { kind } })).alerts;
}

export function readForecast(chatId: string, signal: AbortSignal): Promise<Forecast> {
  return call('GET', `${chatPath(chatId)}/identification/forecast`, { signal });
}

/** `confirm` is the chat's name, where the forecast asks for it. */
export function setMode(
  chatId: string,
  mode: Mode,
  confirm: string | null,
): Promise<IdentificationView> {
  const body = confirm === null ? { mode } : { mode, confirm };
  return call('PUT', `${chatPath(chatId)}/identification/mode`, { body });
}

export async function readSettings(chatId: string, signal: AbortSignal): Promise<SettingsValues> {
  const path = `${chatPath(chatId)}/settings`;
  return (await call<{ settings: SettingsValues }>('GET', path, { signal })).settings;
}

export async function changeSettings(
  chatId: string,
  changes: SettingsValues,
): Promise<SettingsValues> {
  const path = `${chatPath(chatId)}/settings`;
  return (await call<{ settings: SettingsValues }>('PATCH', path, { body: changes })).settings;
}

export function verifyRecord(chatId: string): Promise<RecordVerification> {
  return call('GET', `${chatPath(chatId)}/record/verification`);
}

export function listCustomers(
  chatId: string,
  query: string,
  page: number,
  signal: AbortSignal,
): Promise<CustomersPage> {
  const search = new URLSearchParams({ query, page: String(page) });
  return call('GET', `${chatPath(chatId)}/customers?${search}`, { signal });
}

export async function readCustomer(
  chatId: string,
  id: string,
  signal: AbortSignal,
): Promise<CustomerDetail> {
  const path = customerPath(chatId, id);
  return (await call<{ customer: CustomerDetail }>('GET', path, { signal })).customer;
}

export async function changeCustomer(
  chatId: string,
  id: string,
  change: CustomerChange,
): Promise<CustomerDetail> {
  const path = customerPath(chatId, id);
  return (await call<{ customer: CustomerDetail }>('PATCH', path, { body: change })).customer;
}

/** How many identities ended. */
export async function revokeCustomer(chatId: string, id: string): Promise<number> {
  const path = `${customerPath(chatId, id)}/revoke`;
  return (await call<{ revoked: number }>('POST', path, { body: {} })).revoked;
}

/** The export as the service wrote it. */
export function exportCustomer(chatId: string, id: string): Promise<string> {
  return readText(`${customerPath(chatId, id)}/export`);
}

export async function eraseCustomer(chatId: string, id: string, confirm: string): Promise<Erased> {
  const path = customerPath(chatId, id);
  return (await call<{ erased: Erased }>('DELETE', path, { body: { confirm } })).erased;
}

export function listConversations(
  chatId: string,
  page: number,
  signal: AbortSignal,
): Promise<ConversationsPage> {
  return call('GET', `${chatPath(chatId)}/conversations?page=${page}`, { signal });
}

export async function readConversation(
  chatId: string,
  conversationId: string,
  signal: AbortSignal,
): Promise<Thread> {
  const path = conversationPath(chatId, conversationId);
  const { conversation } = await call<{ conversation: Thread }>('GET', path, { signal });
  // A service of before the record says nothing of these.
  return {
    ...conversation,
    joined: conversation.joined ?? null,
    timeline: conversation.timeline ?? [],
  };
}

/** Takes what was said before signing in away from the customer; says where the customer goes on. */
export async function partConversation(chatId: string, conversationId: string): Promise<string> {
  const path = `${conversationPath(chatId, conversationId)}/part`;
  return (await call<{ conversation_id: string }>('POST', path, { body: {} })).conversation_id;
}

function chatPath(chatId: string): string {
  return `/chats/${encodeURIComponent(chatId)}`;
}

function keyPath(chatId: string, kid: string): string {
  return `${chatPath(chatId)}/identification/keys/${encodeURIComponent(kid)}`;
}

function customerPath(chatId: string, id: string): string {
  return `${chatPath(chatId)}/customers/${encodeURIComponent(id)}`;
}

function conversationPath(chatId: string, id: string): string {
  return `${chatPath(chatId)}/conversations/${encodeURIComponent(id)}`;
}
