import { useEffect, useRef, useState } from 'preact/hooks';
import { session, signOut } from '../session';
import { nextTheme, theme } from '../theme';
import { Brand } from './brand';
import { Icon } from './icon';
import { OwnName } from './own-name';

interface Props {
  /** Of the chat whose pages are shown. */
  chatId: string | undefined;
  name: string | undefined;
  path: string;
}

const PAGES = [
  { slug: 'conversations', label: 'Conversations' },
  { slug: 'contacts', label: 'Contacts' },
  { slug: 'integrations', label: 'Integrations' },
  { slug: 'assistant', label: 'Assistant' },
  { slug: 'settings', label: 'Settings' },
] as const;

export function Header({ chatId, name, path }: Props) {
  const [stuck, setStuck] = useState(false);
  const [naming, setNaming] = useState(false);
  const tabs = useTabsInView(path);
  const leave = () => signOut().catch(() => setStuck(true));
  return (
    <header class="header">
      <div class="header-home">
        <a class="home" href="/" aria-label="Zipchat, all chats">
          <Brand />
        </a>
        {chatId && <span class="header-chat">{name ?? '…'}</span>}
      </div>
      {chatId && (
        <nav class="tabs" aria-label="Chat" ref={tabs}>
          {PAGES.map(({ slug, label }) => {
            const href = `/chats/${encodeURIComponent(chatId)}/${slug}`;
            return (
              <a key={slug} href={href} aria-current={path.startsWith(href) ? 'page' : undefined}>
                {label}
              </a>
            );
          })}
        </nav>
      )}
      <div class="header-end">
        {stuck && (
          <span class="header-error" role="alert">
            Not signed out. Try again.
          </span>
        )}
        {session.value && (
          <button
            type="button"
            class="button quiet header-operator"
            title={`${session.value.account.name}. Change your name`}
            onClick={() => setNaming(true)}
          >
            <Icon name="people" />
            <span class="unseen">Your name, </span>
            <span class="header-email">{session.value.operator.email}</span>
          </button>
        )}
        <ThemeButton />
        {session.value && (
          <button type="button" class="button quiet" onClick={leave}>
            <Icon name="sign-out" />
            <span class="header-label">Sign out</span>
          </button>
        )}
      </div>
      {naming && <OwnName onClose={() => setNaming(false)} />}
    </header>
  );
}

/** Where not all of them fit, the one of the page in view does. */
function useTabsInView(path: string) {
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = tabs.current?.querySelector('[aria-current]');
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path]);
  return tabs;
}

export function ThemeButton() {
  const next = nextTheme(theme.value);
  const label = `Theme: ${theme.value}. Change to ${next}`;
  return (
    <button
      type="button"
      class="button quiet icon-only"
      aria-label={label}
      title={label}
      onClick={() => {
        theme.value = next;
      }}
    >
      <Icon name={theme.value} />
    </button>
  );
}
