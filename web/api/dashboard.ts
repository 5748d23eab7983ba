/** The calls of the dashboard, and the shapes of their answers under the names that pages use. Times are RFC 3339. */

import { call, readText, stream } from './client';
import type {
  ActivateBody,
  ActivatedView,
  AddKeyBody,
  Alerts,
  AlertView,
  AnalyticsView,
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
  ConflictsPage,
  ContactsPage,
  ConversationDetail,
  ConversationsPage,
  ConversationThread,
  CustomerAnswer,
  CustomerDetail,
  DecisionView,
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
  OrderAnswer,
  OrderBody,
  OrderTestBody,
  OrderTestView,
  OriginsView,
  OriginView,
  PagesMeant,
  PartedView,
  PreviewBody,
  PreviewView,
  ProfileBody,
  QuestionBody,
  RetentionView,
  RetireBody,
  Revoked,
  SessionView,
  SettingsView,
  SourceDetail,
  SourceView,
  TextBody,
  TrialAnswer,
  TrialBody,
  TrialCall,
  TrialDelta,
  TrialFailure,
  TrialOutcome,
  VerificationView,
} from './types';

export type {
  ActivatedView as IssuedKey,
  AlertView as PageAlert,
  AnalyticsView as Analytics,
  ApiKeyView as ProgramKey,
  AssistantView as Assistant,
  AttemptView as Attempt,
  Block,
  ChangeBody as CustomerChange,
  ChatDetail,
  ChatView as Chat,
  CheckView as Check,
  ColleagueView as Colleague,
  ConflictsPage,
  ConflictView as Conflict,
  ContactsPage,
  ContactView as Contact,
  ConversationBrief as ConversationSummary,
  ConversationsPage,
  ConversationThread as Conversation,
  CustomerDetail as Customer,
  DecisionView as Decision,
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
  OrderAnswer,
  OrdersView as Orders,
  OrderTestView as OrderTest,
  OriginView as CallingOrigin,
  PagesMeant,
  PieceView as Piece,
  RetentionView as Retention,
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

/** The widget as it would be with settings that are not saved. */
export function previewAppearance(
  chatId: string,
  body: PreviewBody,
  signal: AbortSignal,
): Promise<PreviewView> {
  return call('POST', `${chatPath(chatId)}/appearance/preview`, { body, signal });
}

/** Asks the chat's order endpoint, which has 10 seconds. */
export function testOrders(chatId: string, orderId: string, email: string): Promise<OrderTestView> {
  const body: OrderTestBody = { order_id: orderId, email };
  return call('POST', `${chatPath(chatId)}/orders/test`, { body });
}

export function verifyRecord(chatId: string): Promise<VerificationView> {
  return call('GET', `${chatPath(chatId)}/record/verification`);
}

/** Which contacts are shown; by the names that the service has for them. */
export interface ContactsFilter {
  verified?: boolean;
  consent?: boolean;
  talks?: boolean;
  since?: string;
  attribute?: string;
  value?: string;
  order?: 'newest' | 'oldest' | 'email';
}

/** What is searched for travels in the body: it is often a name or an email, and belongs in no address. */
export function listCustomers(
  chatId: string,
  query: string,
  filter: ContactsFilter,
  after: string | null,
  signal: AbortSignal,
): Promise<ContactsPage> {
  const path = `${chatPath(chatId)}/customers`;
  const place = after === null ? {} : { after };
  if (!query) return call('GET', `${path}?${inQuery({ ...filter, ...place })}`, { signal });
  const body = { query, filter: { ...filter, ...place } };
  return call('POST', `${path}/search`, { body, signal });
}

/** The file as the service wrote it: CSV. */
export function exportCustomers(
  chatId: string,
  query: string,
  filter: ContactsFilter,
  columns: readonly string[],
): Promise<string> {
  const body = { query, filter, columns };
  return readText(`${chatPath(chatId)}/customers/file`, body);
}

export function listSharedEmails(
  chatId: string,
  decided: boolean,
  after: string | null,
  signal: AbortSignal,
): Promise<ConflictsPage> {
  const query = inQuery({ decided, ...(after === null ? {} : { after }) });
  return call('GET', `${chatPath(chatId)}/shared_emails?${query}`, { signal });
}

/** Null takes it back. */
export async function decideSharedEmail(
  chatId: string,
  customerId: string,
  decision: DecisionView | null,
): Promise<void> {
  const path = `${customerPath(chatId, customerId)}/shared_email`;
  await call('PUT', path, { body: { decision } });
}

function inQuery(members: object): URLSearchParams {
  return new URLSearchParams(Object.entries(members).map(([name, value]) => [name, String(value)]));
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

export type Show = 'all' | 'needs_person' | 'mine' | 'unassigned';

/** Which conversations are shown; by the names that the service has for them. */
export interface InboxFilter {
  show?: Show;
  assignee?: string;
  verified?: boolean;
  since?: string;
  until?: string;
}

/** What is searched for travels in the body: it is often a name or an email, and belongs in no address. */
export function listConversations(
  chatId: string,
  query: string,
  filter: InboxFilter,
  after: string | null,
  signal: AbortSignal,
): Promise<ConversationsPage> {
  const path = `${chatPath(chatId)}/conversations`;
  const place = after === null ? {} : { after };
  if (!query) return call('GET', `${path}?${inQuery({ ...filter, ...place })}`, { signal });
  const body = { query, filter: { ...filter, ...place } };
  return call('POST', `${path}/search`, { body, signal });
}

/** Where the events of the list are: `changed`. */
export function inboxEvents(chatId: string): string {
  return `/api/v1${chatPath(chatId)}/conversations/events`;
}

/** That somebody of the team has seen it, up to message number `seq`. */
export async function seeConversation(
  chatId: string,
  conversationId: string,
  seq: number,
): Promise<void> {
  await call('PUT', `${conversationPath(chatId, conversationId)}/seen`, { body: { seq } });
}

/** Asks the shop, which has 10 seconds. */
export function lookUpOrder(
  chatId: string,
  conversationId: string,
  orderId: string,
): Promise<OrderAnswer> {
  const body: OrderBody = { order_id: orderId };
  return call('POST', `${conversationPath(chatId, conversationId)}/orders`, { body });
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

/** Asks for a person, says that this is settled, or that it was settled by mistake. */
export function escalateConversation(
  chatId: string,
  conversationId: string,
  what: 'ask' | 'settle' | 'reopen',
): Promise<EscalationAnswer> {
  const body: EscalationBody = { resolved: what === 'settle', reopen: what === 'reopen' };
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

/** What went on over the time that `query` names. */
export function readAnalytics(
  chatId: string,
  query: string,
  signal: AbortSignal,
): Promise<AnalyticsView> {
  return call('GET', `${chatPath(chatId)}/analytics?${query}`, { signal });
}

/** Where the same is as a table, of columns whose names begin with one of `only`. */
export function analyticsFile(chatId: string, query: string, only: string): string {
  const columns = only ? `&only=${encodeURIComponent(only)}` : '';
  return `/api/v1${chatPath(chatId)}/analytics.csv?${query}${columns}`;
}

/** What is told of an answer that is being tried. */
export type TrialEvent =
  | ({ type: 'delta' } & TrialDelta)
  | ({ type: 'call' } & TrialCall)
  | ({ type: 'outcome' } & TrialOutcome)
  | ({ type: 'answer' } & TrialAnswer)
  | ({ type: 'failed' } & TrialFailure);

const TRIAL_EVENTS = ['delta', 'call', 'outcome', 'answer', 'failed'];

/** Has the assistant answer, without anything being kept; resolves when the answer has ended. */
export function tryAssistant(
  chatId: string,
  body: TrialBody,
  signal: AbortSignal,
  heard: (event: TrialEvent) => void,
): Promise<void> {
  return stream(`${chatPath(chatId)}/assistant/test`, body, signal, ({ type, data }) => {
    if (TRIAL_EVENTS.includes(type)) heard({ type, ...JSON.parse(data) } as TrialEvent);
  });
}

/** What a rule about old conversations would delete now, and how it goes with the saved one. */
export function readRetention(
  chatId: string,
  rule: { conversations: number | null; leads: number | null },
  signal?: AbortSignal,
): Promise<RetentionView> {
  const query = new URLSearchParams();
  if (rule.conversations !== null) query.set('conversations', String(rule.conversations));
  if (rule.leads !== null) query.set('leads', String(rule.leads));
  return call('GET', `${chatPath(chatId)}/retention?${query}`, signal ? { signal } : {});
}

/** From which websites pages called lately. */
export async function listOrigins(chatId: string, signal: AbortSignal): Promise<OriginView[]> {
  const { origins } = await call<OriginsView>('GET', `${chatPath(chatId)}/origins`, { signal });
  return origins;
}
