/** The calls of the dashboard, and the shapes of their answers under the names that pages use. Times are RFC 3339. */

import { call, readText } from './client';
import type {
  ActivateBody,
  ActivatedView,
  AddKeyBody,
  Alerts,
  AlertView,
  AnswerBody,
  AnsweredView,
  ApiKeysView,
  AssignmentBody,
  AssignmentView,
  AssistantView,
  Begun,
  ChangeBody,
  ChatDetail,
  ChatsView,
  ChatView,
  ColleaguesView,
  ColleagueView,
  ConversationDetail,
  ConversationsPage,
  ConversationThread,
  Credentials,
  CustomerAnswer,
  CustomerDetail,
  CustomersPage,
  DiagnosisView,
  DismissBody,
  EraseBody,
  ErasedAnswer,
  ErasedView,
  EscalationAnswer,
  EscalationBody,
  ExcerptsView,
  ExcerptView,
  ForecastView,
  HooksView,
  Identifications,
  IdentificationView,
  InspectBody,
  KnowledgeAddressBody,
  KnowledgeView,
  MessageView,
  ModeBody,
  ModeView,
  NotedView,
  NoteView,
  OrderTestBody,
  OrderTestView,
  PagesMeant,
  PartedView,
  ProfileBody,
  QuestionBody,
  RetireBody,
  Revoked,
  SessionView,
  SettingsView,
  SourceDetail,
  SourceView,
  TextBody,
  VerificationView,
} from './types';

export type {
  ActivatedView as IssuedKey,
  AlertView as PageAlert,
  ApiKeyView as ProgramKey,
  AssistantView as Assistant,
  AttemptView as Attempt,
  Block,
  ChangeBody as CustomerChange,
  ChatDetail,
  ChatView as Chat,
  CheckView as Check,
  ColleagueView as Colleague,
  ConversationBrief as ConversationSummary,
  ConversationsPage,
  ConversationThread as Conversation,
  CustomerDetail as Customer,
  CustomersPage,
  DeviceView as CustomerDevice,
  DiagnosisView as Diagnosis,
  EntryView as Entry,
  ErasedView as Erased,
  EscalationView as Escalation,
  ExcerptView as Excerpt,
  FieldView as CustomerField,
  ForecastView as Forecast,
  HookView as Hook,
  Identifications,
  IdentificationView as Identification,
  Inline,
  JoinedView as Joined,
  JwksView as Jwks,
  KeyView as IdentificationKey,
  KnowledgeView as Knowledge,
  LeadView as Lead,
  MessageView as Message,
  ModeView as Mode,
  NoteView as Note,
  OrderTestView as OrderTest,
  PagesMeant,
  SessionView as Session,
  SourceDetail as KnowledgeDetail,
  SourceView as KnowledgeSource,
  StoredView as WouldStore,
  Totals,
  VerificationView as RecordVerification,
} from './types';

/** By name, as in `identification.session`. */
export type SettingsValues = Record<string, unknown>;

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

/** Null gives the name back to what the email says. */
export function changeOwnName(name: string | null): Promise<SessionView> {
  const body: ProfileBody = { name };
  return call('PATCH', '/session', { body });
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
  const body: AddKeyBody = { public_key: publicKey };
  return call('POST', `${chatPath(chatId)}/identification/keys`, { body });
}

export function retireKey(
  chatId: string,
  kid: string,
  graceSeconds: number,
): Promise<IdentificationView> {
  const body: RetireBody = { grace_seconds: graceSeconds };
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

export function inspectToken(chatId: string, token: string): Promise<DiagnosisView> {
  const body: InspectBody = { token };
  return call('POST', `${chatPath(chatId)}/identification/inspections`, { body });
}

export function readIdentifications(chatId: string, signal: AbortSignal): Promise<Identifications> {
  return call('GET', `${chatPath(chatId)}/identifications`, { signal });
}

/** For an `EventSource`: events `attempt` and `alert`. */
export function identificationEvents(chatId: string): string {
  return `/api/v1${chatPath(chatId)}/identifications/events`;
}

export async function dismissAlert(chatId: string, kind: string): Promise<AlertView[]> {
  const path = `${chatPath(chatId)}/alerts/dismissals`;
  const body: DismissBody = { kind };
  return (await call<Alerts>('POST', path, { body })).alerts;
}

export function readForecast(chatId: string, signal: AbortSignal): Promise<ForecastView> {
  return call('GET', `${chatPath(chatId)}/identification/forecast`, { signal });
}

/** `confirm` is the chat's name, where the forecast asks for it. */
export function setMode(
  chatId: string,
  mode: ModeView,
  confirm: string | null,
): Promise<IdentificationView> {
  const body: ModeBody = { mode, confirm };
  return call('PUT', `${chatPath(chatId)}/identification/mode`, { body });
}

export async function readSettings(chatId: string, signal: AbortSignal): Promise<SettingsValues> {
  const path = `${chatPath(chatId)}/settings`;
  return (await call<SettingsView>('GET', path, { signal })).settings;
}

export async function changeSettings(
  chatId: string,
  changes: SettingsValues,
): Promise<SettingsValues> {
  const path = `${chatPath(chatId)}/settings`;
  return (await call<SettingsView>('PATCH', path, { body: changes })).settings;
}

/** Asks the chat's order endpoint, which has 10 seconds. */
export function testOrders(chatId: string, orderId: string, email: string): Promise<OrderTestView> {
  const body: OrderTestBody = { order_id: orderId, email };
  return call('POST', `${chatPath(chatId)}/orders/test`, { body });
}

export function verifyRecord(chatId: string): Promise<VerificationView> {
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
  return (await call<CustomerAnswer>('GET', path, { signal })).customer;
}

export async function changeCustomer(
  chatId: string,
  id: string,
  change: ChangeBody,
): Promise<CustomerDetail> {
  const path = customerPath(chatId, id);
  return (await call<CustomerAnswer>('PATCH', path, { body: change })).customer;
}

/** How many identities ended. */
export async function revokeCustomer(chatId: string, id: string): Promise<number> {
  const path = `${customerPath(chatId, id)}/revoke`;
  return (await call<Revoked>('POST', path, { body: {} })).revoked;
}

/** The export as the service wrote it. */
export function exportCustomer(chatId: string, id: string): Promise<string> {
  return readText(`${customerPath(chatId, id)}/export`);
}

export async function eraseCustomer(
  chatId: string,
  id: string,
  confirm: string,
): Promise<ErasedView> {
  const body: EraseBody = { confirm };
  return (await call<ErasedAnswer>('DELETE', customerPath(chatId, id), { body })).erased;
}

export type Show = 'all' | 'needs_person' | 'mine';

export function listConversations(
  chatId: string,
  show: Show,
  page: number,
  signal: AbortSignal,
): Promise<ConversationsPage> {
  const search = new URLSearchParams({ show, page: String(page) });
  return call('GET', `${chatPath(chatId)}/conversations?${search}`, { signal });
}

export async function readConversation(
  chatId: string,
  conversationId: string,
  signal: AbortSignal,
): Promise<ConversationThread> {
  const path = conversationPath(chatId, conversationId);
  return (await call<ConversationDetail>('GET', path, { signal })).conversation;
}

/**
 * Takes what was said before signing in away from the customer. Where the customer goes on is null
 * when nothing else was said.
 */
export function partConversation(chatId: string, conversationId: string): Promise<PartedView> {
  return call('POST', `${conversationPath(chatId, conversationId)}/part`, { body: {} });
}

/** An operator's id, or null to give the conversation back to the assistant. */
export async function assignConversation(
  chatId: string,
  conversationId: string,
  assigneeId: string | null,
): Promise<ColleagueView | null> {
  const path = `${conversationPath(chatId, conversationId)}/assignment`;
  const body: AssignmentBody = { assignee_id: assigneeId };
  return (await call<AssignmentView>('PUT', path, { body })).assignee;
}

/** Where a conversation's events are: `changed` and `typing`. */
export function conversationEvents(chatId: string, conversationId: string): string {
  return `/api/v1${conversationPath(chatId, conversationId)}/events`;
}

/** Tells the visitor that the operator is typing. */
export async function tellTyping(chatId: string, conversationId: string): Promise<void> {
  await call('POST', `${conversationPath(chatId, conversationId)}/typing`, { body: {} });
}

/** The same `clientId` again sends nothing twice. */
export async function answerConversation(
  chatId: string,
  conversationId: string,
  clientId: string,
  text: string,
): Promise<MessageView> {
  const path = `${conversationPath(chatId, conversationId)}/messages`;
  const body: AnswerBody = { client_id: clientId, text };
  return (await call<AnsweredView>('POST', path, { body })).message;
}

/** Asks for a person, or says that this is settled. */
export function escalateConversation(
  chatId: string,
  conversationId: string,
  resolved: boolean,
): Promise<EscalationAnswer> {
  const body: EscalationBody = { resolved };
  return call('PUT', `${conversationPath(chatId, conversationId)}/escalation`, { body });
}

/** No visitor sees it. The same `clientId` again writes nothing twice. */
export async function noteConversation(
  chatId: string,
  conversationId: string,
  clientId: string,
  text: string,
): Promise<NoteView> {
  const path = `${conversationPath(chatId, conversationId)}/notes`;
  const body: AnswerBody = { client_id: clientId, text };
  return (await call<NotedView>('POST', path, { body })).note;
}

export async function listColleagues(
  chatId: string,
  signal: AbortSignal,
): Promise<ColleagueView[]> {
  return (await call<ColleaguesView>('GET', `${chatPath(chatId)}/colleagues`, { signal }))
    .colleagues;
}

export async function listHooks(chatId: string, signal: AbortSignal): Promise<HooksView['hooks']> {
  return (await call<HooksView>('GET', `${chatPath(chatId)}/hooks`, { signal })).hooks;
}

export function deleteHook(chatId: string, hookId: string): Promise<void> {
  return call('DELETE', `${chatPath(chatId)}/hooks/${encodeURIComponent(hookId)}`);
}

export async function listApiKeys(
  chatId: string,
  signal: AbortSignal,
): Promise<ApiKeysView['api_keys']> {
  return (await call<ApiKeysView>('GET', `${chatPath(chatId)}/api_keys`, { signal })).api_keys;
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

/** Who answers in a chat, and how its model does. */
export function readAssistant(chatId: string, signal: AbortSignal): Promise<AssistantView> {
  return call('GET', `${chatPath(chatId)}/assistant`, { signal });
}

// Reading a document may wait for others, and takes up to 20 s itself.
const READING_TIME_LIMIT_MS = 90_000;

function knowledgePath(chatId: string): string {
  return `${chatPath(chatId)}/knowledge`;
}

function sourcePath(chatId: string, id: string): string {
  return `${knowledgePath(chatId)}/sources/${encodeURIComponent(id)}`;
}

/** What a chat's assistant may read up. */
export function listKnowledge(chatId: string, signal: AbortSignal): Promise<KnowledgeView> {
  return call('GET', knowledgePath(chatId), { signal });
}

export function readSource(chatId: string, id: string, signal: AbortSignal): Promise<SourceDetail> {
  return call('GET', sourcePath(chatId, id), { signal });
}

export function addText(chatId: string, name: string, text: string): Promise<SourceView> {
  const body: TextBody = { name, text };
  const timeLimitMs = READING_TIME_LIMIT_MS;
  return call('POST', `${knowledgePath(chatId)}/texts`, { body, timeLimitMs });
}

export function addFile(chatId: string, file: File): Promise<SourceView> {
  const path = `${knowledgePath(chatId)}/files?name=${encodeURIComponent(file.name)}`;
  return call('POST', path, { file, timeLimitMs: READING_TIME_LIMIT_MS });
}

export function addAddress(chatId: string, url: string, pages: PagesMeant): Promise<SourceView> {
  const body: KnowledgeAddressBody = { url, pages };
  return call('POST', `${knowledgePath(chatId)}/addresses`, { body });
}

export function removeSource(chatId: string, id: string): Promise<void> {
  return call('DELETE', sourcePath(chatId, id));
}

export function recrawlSource(chatId: string, id: string): Promise<SourceView> {
  return call('POST', `${sourcePath(chatId, id)}/recrawl`);
}

export function stopSource(chatId: string, id: string): Promise<SourceView> {
  return call('POST', `${sourcePath(chatId, id)}/stop`);
}

export async function recrawlAll(chatId: string): Promise<number> {
  return (await call<Begun>('POST', `${knowledgePath(chatId)}/recrawl`)).begun;
}

export async function searchKnowledge(chatId: string, query: string): Promise<ExcerptView[]> {
  const body: QuestionBody = { query };
  return (await call<ExcerptsView>('POST', `${knowledgePath(chatId)}/search`, { body })).excerpts;
}
