import { type Chat, listChats } from '../../../api/dashboard';
import { useArrival, useTitle } from '../arrival';
import { fullDate } from '../format';
import { CodeBlock } from '../parts/code-block';
import { CopyButton } from '../parts/copy-button';
import { Failure } from '../parts/failure';
import { Icon, Seal } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { platformName } from '../platforms';
import { useResource } from '../resource';
import '../styles/chats.css';

const ADD_CHAT = 'zipchat chat add --name "My shop" --platform custom';

/** Every chat of the account. */
export default function ChatsPage() {
  useTitle('Chats');
  const heading = useArrival();
  const chats = useResource('chats', listChats);
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Chats
        </h1>
        <p class="soft">One for each website: its conversations, and how it is installed.</p>
      </div>
      {chats.value ? (
        <ChatList chats={chats.value} />
      ) : chats.error ? (
        <Failure error={chats.error} retry={chats.reload} />
      ) : (
        <Skeleton rows={3} of="chats" />
      )}
    </div>
  );
}

function ChatList({ chats }: { chats: readonly Chat[] }) {
  if (chats.length === 0) return <NoChats />;
  return (
    <ul class="chat-cards">
      {chats.map((chat) => (
        <ChatCard key={chat.id} chat={chat} />
      ))}
    </ul>
  );
}

function ChatCard({ chat }: { chat: Chat }) {
  const base = `/chats/${encodeURIComponent(chat.id)}`;
  return (
    <li class="card chat-card">
      <div class="chat-card-head">
        <h2>
          <a class="chat-card-name" href={`${base}/conversations`}>
            {chat.name}
          </a>
        </h2>
        <IdentificationBadge chat={chat} />
      </div>
      <p class="soft">
        {platformName(chat.platform)} · since {fullDate(chat.created_at)}
      </p>
      <div class="chat-token">
        <span class="chat-token-name">Widget token</span>
        <code>{chat.widget_token}</code>
        <CopyButton text={chat.widget_token} of={`widget token of ${chat.name}`} />
      </div>
      <div class="chat-card-links">
        <a href={`${base}/conversations`} aria-label={`Conversations of ${chat.name}`}>
          Conversations
        </a>
        <a href={`${base}/integrations`} aria-label={`Integrations of ${chat.name}`}>
          Integrations
        </a>
      </div>
    </li>
  );
}

function IdentificationBadge({ chat }: { chat: Chat }) {
  const { available, active } = chat.identification;
  if (!available) return null;
  return active ? (
    <span class="badge good">
      <Seal />
      Identification active
    </span>
  ) : (
    <span class="badge">Identification off</span>
  );
}

function NoChats() {
  return (
    <section class="empty">
      <span class="notice-mark">
        <Icon name="talk" />
      </span>
      <h2>No chat yet</h2>
      <p>
        A chat is one assistant on one website. Make the first one where the service runs; it shows
        up here when you look again.
      </p>
      <CodeBlock code={ADD_CHAT} name="command" />
    </section>
  );
}
