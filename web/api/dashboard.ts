/** The calls of the dashboard and the shapes of their answers. Times are RFC 3339. */

import { call } from './client';

export type Role = 'owner' | 'editor' | 'member';

export interface Session {
  operator: { id: string; email: string; role: Role };
  account: { id: string; name: string };
}

export interface Chat {
  id: string;
  name: string;
  platform: string;
  widget_token: string;
  created_at: string;
  /** `available` is false where the platform identifies customers by itself (Shopify). */
  identification: { available: boolean; active: boolean };
}

export interface ChatDetail {
  chat: Chat;
  install_snippet: string;
}

export type KeyState = 'active' | 'retired' | 'revoked';

export interface IdentificationKey {
  kid: string;
  state: KeyState;
  fingerprint: string;
  bits: number;
  public_key: string;
  created_at: string;
  /** How many tokens it verified. */
  verified: number;
  last_used_at: string | null;
}

export interface Identification {
  available: boolean;
  active: boolean;
  keys: IdentificationKey[];
}

export type KeyBits = 2048 | 3072 | 4096;

/** The one answer that holds a private key. It must not be stored. */
export interface IssuedKey {
  kid: string;
  private_key: string;
  public_key: string;
  fingerprint: string;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Lead {
  id: string;
  email: string | null;
  full_name: string | null;
  first_name: string | null;
  last_name: string | null;
  additional_attributes: { [key: string]: Json } | null;
  verified: boolean;
  identified_at: string | null;
  stable_id: string | null;
  /** Another customer of this chat has the same email and another id. */
  shares_email: boolean;
}

export interface ConversationSummary {
  id: string;
  preview: string | null;
  last_message_at: string | null;
  created_at: string;
  lead: Lead | null;
}

export interface ConversationPage {
  conversations: ConversationSummary[];
  meta: { page: number; per_page: number; total: number };
}

export interface Conversation {
  id: string;
  created_at: string;
  last_message_at: string | null;
  lead: Lead | null;
  messages: Message[];
}

export interface Message {
  id: string;
  seq: number;
  author: 'visitor' | 'assistant' | 'operator';
  author_name: string | null;
  text: string;
  content: Block[];
  sent_at: string;
  /** Whether its author was verified when it was sent. */
  verified: boolean;
}

export type Block =
  | { t: 'p' | 'h'; c: Inline[] }
  | { t: 'ul'; items: Block[][] }
  | { t: 'ol'; start: number; items: Block[][] }
  | { t: 'code'; text: string }
  | { t: 'quote'; c: Block[] };

export type Inline =
  | { t: 'text' | 'code'; text: string }
  | { t: 'b' | 'i'; c: Inline[] }
  | { t: 'a'; href: string; c: Inline[] }
  | { t: 'br' };

// A 4096-bit pair can take several seconds on a small machine.
const KEY_PAIR_TIME_LIMIT_MS = 60_000;

export function signIn(email: string, password: string): Promise<Session> {
  return call('POST', '/session', { body: { email, password } });
}

export function readSession(): Promise<Session> {
  return call('GET', '/session');
}

export function endSession(): Promise<void> {
  return call('DELETE', '/session');
}

export async function listChats(signal: AbortSignal): Promise<Chat[]> {
  return (await call<{ chats: Chat[] }>('GET', '/chats', { signal })).chats;
}

export function readChat(chatId: string, signal: AbortSignal): Promise<ChatDetail> {
  return call('GET', chatPath(chatId), { signal });
}

export function readIdentification(chatId: string, signal: AbortSignal): Promise<Identification> {
  return call('GET', `${chatPath(chatId)}/identification`, { signal });
}

export function activateIdentification(chatId: string, bits: KeyBits): Promise<IssuedKey> {
  const options = { body: { bits }, timeLimitMs: KEY_PAIR_TIME_LIMIT_MS };
  return call('POST', `${chatPath(chatId)}/identification`, options);
}

export function deactivateIdentification(chatId: string): Promise<Identification> {
  return call('DELETE', `${chatPath(chatId)}/identification`);
}

export function listConversations(
  chatId: string,
  page: number,
  signal: AbortSignal,
): Promise<ConversationPage> {
  return call('GET', `${chatPath(chatId)}/conversations?page=${page}`, { signal });
}

export async function readConversation(
  chatId: string,
  conversationId: string,
  signal: AbortSignal,
): Promise<Conversation> {
  const path = `${chatPath(chatId)}/conversations/${encodeURIComponent(conversationId)}`;
  return (await call<{ conversation: Conversation }>('GET', path, { signal })).conversation;
}

function chatPath(chatId: string): string {
  return `/chats/${encodeURIComponent(chatId)}`;
}
