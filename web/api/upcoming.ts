/** Shapes of answers that the service's description does not have yet. */

import type {
  ConversationThread,
  KeyView as DescribedKey,
  LeadView as DescribedLead,
} from './types';

export interface KeyView extends DescribedKey {
  /** Whether it verifies now: active, or retired and in its grace time. */
  verifies: boolean;
  verifies_until: string | null;
  source: 'generated' | 'public_key' | 'jwks';
  refused: number;
  first_used_at: string | null;
  retirement: { safe: boolean; message: string };
}

export interface JwksView {
  url: string;
  fetched_at: string | null;
  attempted_at: string | null;
  error: string | null;
  kept_until: string | null;
}

export type Mode = 'observe' | 'enforce';

export interface IdentificationView {
  available: boolean;
  active: boolean;
  mode: Mode;
  keys: KeyView[];
  jwks: JwksView | null;
  jwks_json_url: string;
}

export interface LeadView extends Omit<DescribedLead, 'identified_at'> {
  identified_at: string | null;
}

export interface Warned {
  code: string;
  message: string;
}

export interface Attempt {
  request_id: string;
  at: string;
  outcome: 'verified' | 'refused' | 'limited' | 'unavailable';
  reason: string | null;
  message: string | null;
  remedy: string | null;
  kid: string | null;
  origin: string | null;
  warnings: Warned[];
  customer: LeadView | null;
}

export interface ReasonTotal {
  reason: string;
  message: string;
  remedy: string;
  count: number;
}

export interface Totals {
  hours: number;
  verified: number;
  refused: number;
  by_reason: ReasonTotal[];
}

export interface PageAlert {
  kind: string;
  page: string;
  first_at: string;
  last_at: string;
  count: number;
}

export interface IdentificationsView {
  attempts: Attempt[];
  totals: Totals;
  verified_ever: boolean;
  first_verified: Attempt | null;
  alerts: PageAlert[];
}

export interface Check {
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  reason?: string | null;
  detail?: string | null;
}

export interface WouldStore {
  customer: 'new' | 'known';
  customer_id: string | null;
  email: string;
  first_name: string | null;
  last_name: string | null;
  stable_id: string | null;
  additional_attributes: Record<string, unknown>;
  identity_seconds: number;
  shares_email: boolean;
}

export interface Diagnosis {
  valid: boolean;
  reason: string | null;
  message: string | null;
  remedy: string | null;
  checks: Check[];
  warnings: Warned[];
  claims: unknown;
  stored: WouldStore | null;
}

export interface ForecastReason {
  reason: string;
  message: string;
  visitors: number;
  messages: number;
}

export interface Forecast {
  hours: number;
  messages: number;
  visitors: number;
  verified_messages: number;
  by_reason: ForecastReason[];
  last_verified_at: string | null;
  confirmation_required: boolean;
}

export type SettingsValues = Record<string, unknown>;

export interface Entry {
  /** Its number in the chain; `null` until it is sealed. */
  seq: number | null;
  at: string;
  kind: string;
  message: string;
  kid: string | null;
  conversation_id: string | null;
  visitor_id: string | null;
  customer_id: string | null;
  operator: string | null;
  reason: string | null;
  count: number | null;
  request_id: string | null;
  origin: string | null;
}

export interface Joined {
  messages: number;
  at: string;
}

export interface CustomersPage {
  customers: LeadView[];
  meta: { page: number; per_page: number; total: number };
}

export interface CustomerField {
  name: string;
  value: unknown;
  source: 'signed' | 'typed' | 'operator';
  at: string;
  operator: string | null;
  /** Whether another source's value is shown in its place. */
  overridden: boolean;
}

export interface CustomerConversation {
  id: string;
  preview: string;
  last_message_at: string;
  messages: number;
  joined: Joined | null;
}

export interface CustomerDevice {
  visitor_id: string;
  identified_at: string;
  expires_at: string;
  kid: string;
  verified: boolean;
}

export interface CustomerDetail extends LeadView {
  phone_number: string | null;
  revoked_before: string | null;
  fields: CustomerField[];
  same_email: LeadView[];
  conversations: CustomerConversation[];
  devices: CustomerDevice[];
  timeline: Entry[];
}

export interface CustomerChange {
  first_name?: string | null;
  last_name?: string | null;
  phone_number?: string | null;
}

export interface Erased {
  conversations: number;
  messages: number;
  devices: number;
}

export interface RecordVerification {
  valid: boolean;
  entries: number;
  pending: number;
  broken_at: number | null;
  message: string;
}

export interface Thread extends Omit<ConversationThread, 'lead'> {
  lead: LeadView | null;
  joined: Joined | null;
  timeline: Entry[];
}
