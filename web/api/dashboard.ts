/** The calls of the dashboard, and the shapes of their answers under the names that pages use. Times are RFC 3339. */

import { call } from './client';
import type {
  ActivateBody,
  ActivatedView,
  ChatDetail,
  ChatsView,
  ChatView,
  ConversationDetail,
  ConversationsPage,
  ConversationThread,
  Credentials,
  IdentificationView,
  SessionView,
} from './types';

export type {
  ActivatedView as IssuedKey,
  Block,
  ChatDetail,
  ChatView as Chat,
  ConversationBrief as ConversationSummary,
  ConversationsPage,
  ConversationThread as Conversation,
  IdentificationView as Identification,
  Inline,
  KeyView as IdentificationKey,
  LeadView as Lead,
  MessageView as Message,
  SessionView as Session,
} from './types';

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
): Promise<ConversationThread> {
  const path = `${chatPath(chatId)}/conversations/${encodeURIComponent(conversationId)}`;
  return (await call<ConversationDetail>('GET', path, { signal })).conversation;
}

function chatPath(chatId: string): string {
  return `/chats/${encodeURIComponent(chatId)}`;
}
