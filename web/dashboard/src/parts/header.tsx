import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { PAGES } from '../pages';
import { session } from '../session';
import { nextTheme, theme } from '../theme';
import { AccountMenu, THEME_NAMES } from './account-menu';
import { Brand } from './brand';
import { ChatMenu } from './chat-menu';
import { Icon } from './icon';
import { PaletteButton } from './palette-button';

interface Props {
  /** Of the chat whose pages are shown. */
  chatId: string | undefined;
  name: string | undefined;
  path: string;
}

export function Header({ chatId, name, path }: Props) {
  const tabs = useTabsInView(path);
  const page = path.split('/')[3] ?? 'conversations';
  return (
    <header class="header">
      <div class="header-home">
        <a class="home" href="/" aria-label={t('Zipchat, all chats')}>
          <Brand />
        </a>
        {chatId && <ChatMenu chatId={chatId} name={name} page={page} />}
      </div>
      {chatId && (
        <nav class="tabs" aria-label={t('Chat')} ref={tabs}>
          {PAGES.map(({ slug, label }) => {
            const href = `/chats/${encodeURIComponent(chatId)}/${slug}`;
            return (
              <a key={slug} href={href} aria-current={path.startsWith(href) ? 'page' : undefined}>
                {t(label)}
              </a>
            );
          })}
        </nav>
      )}
      <div class="header-end">
        {session.value && <PaletteButton chatId={chatId} />}
        {session.value ? <AccountMenu /> : <ThemeButton />}
      </div>
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
  const label = t('Theme: {theme}. Change to {next}', {
    theme: t(THEME_NAMES[theme.value]),
    next: t(THEME_NAMES[next]),
  });
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
