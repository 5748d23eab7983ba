import { useId, useState } from 'preact/hooks';
import { renameChat } from '../../../api/account';
import { type Chat, listChats } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { useArrival, useTitle } from '../arrival';
import { fullDate } from '../format';
import { t } from '../i18n';
import { CopyButton } from '../parts/copy-button';
import { Dialog } from '../parts/dialog';
import { Failure } from '../parts/failure';
import { Icon, Seal } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { platformName } from '../platforms';
import { useResource } from '../resource';
import { mayChange } from '../session';
import '../styles/chats.css';

/** Every chat of the account. */
export default function ChatsPage() {
  useTitle(t('Chats'));
  const heading = useArrival();
  const chats = useResource('chats', listChats);
  const some = (chats.value?.length ?? 0) > 0;
  return (
    <div class="page">
      <div class="page-head chats-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {t('Chats')}
          </h1>
          <p class="soft">
            {t('One for each website: its conversations, and how it is installed.')}
          </p>
        </div>
        {some && mayChange.value && (
          <a class="button" href="/chats/new">
            {t('New chat')}
          </a>
        )}
      </div>
      {chats.value ? (
        <ChatList chats={chats.value} changed={chats.reload} />
      ) : chats.error ? (
        <Failure error={chats.error} retry={chats.reload} />
      ) : (
        <Skeleton rows={3} of={t('chats')} />
      )}
    </div>
  );
}

function ChatList({ chats, changed }: { chats: readonly Chat[]; changed: () => void }) {
  const [naming, setNaming] = useState<Chat | null>(null);
  if (chats.length === 0) return <NoChats />;
  return (
    <>
      <ul class="chat-cards">
        {chats.map((chat) => (
          <ChatCard key={chat.id} chat={chat} onRename={() => setNaming(chat)} />
        ))}
      </ul>
      {naming && <Rename chat={naming} renamed={changed} onClose={() => setNaming(null)} />}
    </>
  );
}

function ChatCard({ chat, onRename }: { chat: Chat; onRename: () => void }) {
  const base = `/chats/${encodeURIComponent(chat.id)}`;
  const { name } = chat;
  return (
    <li class="card chat-card">
      <div class="chat-card-head">
        <h2>
          <a class="chat-card-name" href={`${base}/conversations`}>
            {name}
          </a>
        </h2>
        <IdentificationBadge chat={chat} />
      </div>
      <p class="soft">
        {t('{platform} · since {date}', {
          platform: platformName(chat.platform),
          date: fullDate(chat.created_at),
        })}
      </p>
      <div class="chat-token">
        <span class="chat-token-name">{t('Widget token')}</span>
        <code>{chat.widget_token}</code>
        <CopyButton text={chat.widget_token} of={t('widget token of {chat}', { chat: name })} />
      </div>
      <div class="chat-card-links">
        <a href={`${base}/conversations`} aria-label={t('Conversations of {chat}', { chat: name })}>
          {t('Conversations')}
        </a>
        <a href={`${base}/integrations`} aria-label={t('Integrations of {chat}', { chat: name })}>
          {t('Integrations')}
        </a>
        {mayChange.value && (
          <button type="button" class="button quiet small" onClick={onRename}>
            {t('Rename')}
            <span class="unseen"> {name}</span>
          </button>
        )}
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
      {t('Identification active')}
    </span>
  ) : (
    <span class="badge">{t('Identification off')}</span>
  );
}

interface RenameProps {
  chat: Chat;
  renamed: () => void;
  onClose: () => void;
}

function Rename({ chat, renamed, onClose }: RenameProps) {
  const [name, setName] = useState(chat.name);
  const action = useAction();
  const id = useId();
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy || !name.trim()) return;
    const done = await action.run(async () => {
      await renameChat(chat.id, name.trim());
    });
    if (!done) return;
    announce(t('The chat is called {name} now.', { name: name.trim() }));
    renamed();
    onClose();
  };
  return (
    <Dialog
      title={t('Rename {chat}', { chat: chat.name })}
      onDismiss={onClose}
      actions={
        <>
          <button type="button" class="button" disabled={action.busy} onClick={onClose}>
            {t('Cancel')}
          </button>
          <button type="submit" class="button primary" form={id} disabled={action.busy}>
            {action.busy ? t('Saving…') : t('Save')}
          </button>
        </>
      }
    >
      <form id={id} class="field" onSubmit={save}>
        <label for={`${id}-name`}>{t('Name')}</label>
        <input
          id={`${id}-name`}
          class="input"
          type="text"
          dir="auto"
          maxLength={100}
          required
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <p class="soft">{t('Customers see it above the chat.')}</p>
        <ActionError error={action.error} />
      </form>
    </Dialog>
  );
}

function NoChats() {
  return (
    <section class="empty">
      <span class="notice-mark">
        <Icon name="talk" />
      </span>
      <h2>{t('No chat yet')}</h2>
      <p>{t('A chat is one assistant on one website.')}</p>
      {mayChange.value ? (
        <a class="button primary" href="/chats/new">
          {t('Make the first one')}
        </a>
      ) : (
        <p>{t('An owner or an editor of this account makes the first one.')}</p>
      )}
    </section>
  );
}
