import { listChats } from '../../../api/dashboard';
import { t } from '../i18n';
import { useResource } from '../resource';
import { Icon } from './icon';
import { Menu } from './menu';
import { Skeleton } from './skeleton';

interface Props {
  chatId: string;
  name: string | undefined;
  /** The page in view, which the other chats have, too. */
  page: string;
}

/** The chat whose pages are shown, and the way to another one. */
export function ChatMenu({ chatId, name, page }: Props) {
  return (
    <Menu
      class="chat-button"
      label={t('Chat {name}. Change to another', { name: name ?? '…' })}
      button={
        <>
          <span class="header-chat" dir="auto">
            {name ?? '…'}
          </span>
          <Icon name="chevron" />
        </>
      }
    >
      {(close) => <Chats chatId={chatId} page={page} close={close} />}
    </Menu>
  );
}

function Chats({ chatId, page, close }: { chatId: string; page: string; close: () => void }) {
  const chats = useResource('chats', listChats);
  if (!chats.value && !chats.error) return <Skeleton rows={2} of={t('chats')} />;
  return (
    <>
      {chats.value?.map(({ id, name }) => (
        <a
          key={id}
          class="menu-item"
          href={`/chats/${encodeURIComponent(id)}/${page}`}
          aria-current={id === chatId ? 'true' : undefined}
          dir="auto"
          onClick={close}
        >
          {name}
          {id === chatId && <Icon name="check" />}
        </a>
      ))}
      <a class="menu-item menu-last" href="/" onClick={close}>
        {t('All chats')}
      </a>
    </>
  );
}
