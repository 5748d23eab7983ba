/** The dashboard's calls about what a chat is joined to: programs, webhooks, and how they do. */

import { call } from './client';
import type {
  AddApiKeyBody,
  AddedApiKeyView,
  AddedWebhookView,
  AddWebhookBody,
  ChangeWebhookBody,
  DeliveriesView,
  DeliveryView,
  HoursView,
  HourView,
  IdentificationView,
  IntegrationsView,
  KeyReachView,
  PurchaseTestView,
  SecretView,
  SiteCheckBody,
  SiteCheckView,
  WebhooksView,
  WebhookTestView,
  WebhookView,
} from './types';

export type {
  AddedWebhookView as AddedWebhook,
  CallView as Call,
  DeliveryView as Delivery,
  FindingView as Finding,
  HourView as Hour,
  IntegrationsView as Integrations,
  IntegrationView as Integration,
  PurchaseTestView as PurchaseTest,
  SiteCheckView as SiteCheck,
  WebhookTestView as WebhookTest,
  WebhookView as Webhook,
} from './types';

export function readIntegrations(chatId: string, signal: AbortSignal): Promise<IntegrationsView> {
  return call('GET', `${chatPath(chatId)}/integrations`, { signal });
}

/** The key itself is in this answer alone. */
export function addApiKey(
  chatId: string,
  integration: string,
  name: string,
): Promise<AddedApiKeyView> {
  const body: AddApiKeyBody = { integration, name };
  return call('POST', `${chatPath(chatId)}/api_keys`, { body });
}

export function revokeApiKey(chatId: string, keyId: string): Promise<void> {
  return call('DELETE', `${chatPath(chatId)}/api_keys/${encodeURIComponent(keyId)}`);
}

export async function listWebhooks(chatId: string, signal: AbortSignal): Promise<WebhookView[]> {
  return (await call<WebhooksView>('GET', `${chatPath(chatId)}/webhooks`, { signal })).webhooks;
}

/** The secret is in this answer alone. */
export function addWebhook(
  chatId: string,
  url: string,
  events: string[],
): Promise<AddedWebhookView> {
  const body: AddWebhookBody = { url, events };
  return call('POST', `${chatPath(chatId)}/webhooks`, { body });
}

export function changeWebhook(
  chatId: string,
  id: string,
  change: ChangeWebhookBody,
): Promise<WebhookView> {
  return call('PATCH', webhookPath(chatId, id), { body: change });
}

export function removeWebhook(chatId: string, id: string): Promise<void> {
  return call('DELETE', webhookPath(chatId, id));
}

/** The new secret, which is in this answer alone. */
export async function renewSecret(chatId: string, id: string): Promise<string> {
  const path = `${webhookPath(chatId, id)}/secret`;
  return (await call<SecretView>('POST', path, { body: {} })).secret;
}

/** The service calls the address before it answers. */
export function testWebhook(chatId: string, id: string): Promise<WebhookTestView> {
  return call('POST', `${webhookPath(chatId, id)}/test`, { body: {} });
}

export async function listDeliveries(
  chatId: string,
  id: string,
  signal: AbortSignal,
): Promise<DeliveryView[]> {
  const path = `${webhookPath(chatId, id)}/deliveries`;
  return (await call<DeliveriesView>('GET', path, { signal })).deliveries;
}

export function redeliver(chatId: string, id: string, deliveryId: string): Promise<void> {
  const delivery = `deliveries/${encodeURIComponent(deliveryId)}`;
  return call('POST', `${webhookPath(chatId, id)}/${delivery}/redeliveries`, { body: {} });
}

/** The service fetches the page before it answers. */
export function checkSite(chatId: string, url: string): Promise<SiteCheckView> {
  const body: SiteCheckBody = { url };
  return call('POST', `${chatPath(chatId)}/site_checks`, { body });
}

/** Has the pixel's call read, and keeps nothing; what is wrong with it is in the error. */
export function testPurchase(chatId: string, purchase: object): Promise<PurchaseTestView> {
  return call('POST', `${chatPath(chatId)}/purchase_tests`, { body: purchase });
}

/** Identify calls of each of the last hours, the earliest first. */
export async function countByHour(
  chatId: string,
  hours: number,
  signal: AbortSignal,
): Promise<HourView[]> {
  const path = `${chatPath(chatId)}/identifications/hours?hours=${hours}`;
  return (await call<HoursView>('GET', path, { signal })).hours;
}

/** Takes a retirement back while the key still verifies. */
export function keepKey(chatId: string, kid: string): Promise<IdentificationView> {
  return call('POST', `${keyPath(chatId, kid)}/keep`, { body: {} });
}

/** How many identities revoking a key would end, counted as far as 1,000. */
export async function readKeyReach(
  chatId: string,
  kid: string,
  signal: AbortSignal,
): Promise<number> {
  return (await call<KeyReachView>('GET', `${keyPath(chatId, kid)}/reach`, { signal })).identities;
}

/** What a merchant's program gets, called from this page with its key. */
export interface ProgramAnswer {
  request: string;
  status: number;
  milliseconds: number;
  body: string;
}

/** Calls one of the interfaces for programs as a program would, without the operator's session. */
export async function callAsProgram(
  path: string,
  init: { bearer?: string; shown: string },
): Promise<ProgramAnswer> {
  const begun = performance.now();
  const headers: Record<string, string> = init.bearer
    ? { Authorization: `Bearer ${init.bearer}` }
    : {};
  const answer = await fetch(path, { headers, credentials: 'omit' });
  const body = await answer.text();
  return {
    request: init.shown,
    status: answer.status,
    milliseconds: Math.round(performance.now() - begun),
    body: body.slice(0, 2_000),
  };
}

function chatPath(chatId: string): string {
  return `/chats/${encodeURIComponent(chatId)}`;
}

function keyPath(chatId: string, kid: string): string {
  return `${chatPath(chatId)}/identification/keys/${encodeURIComponent(kid)}`;
}

function webhookPath(chatId: string, id: string): string {
  return `${chatPath(chatId)}/webhooks/${encodeURIComponent(id)}`;
}
