import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { listChats } from '../../../api/dashboard';
import { chooseLanguage, LANGUAGES, type Language, t } from '../i18n';
import { PAGES } from '../pages';
import { THEME_NAMES } from '../parts/account-menu';
import { useResource } from '../resource';
import { navigate } from '../router';
import { session, signOut } from '../session';
import { THEMES, theme } from '../theme';
import { type Command, matching } from './commands';

interface Props {
  chatId: string | undefined;
  close: () => void;
}

/** Everything by its name: pages, chats, searches, and what can be set. */
export default function Palette({ chatId, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const id = useId();
  const chats = useResource('chats', listChats);
  const commands = useCommands(chatId, chats.value ?? [], typed);
  const found = useMemo(() => matching(commands, typed), [commands, typed]);
  const current = Math.min(chosen, found.length - 1);

  useLayoutEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      dialog.current?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    close();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const by = steps[event.key];
    if (by !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((current + by + found.length) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[current]);
    }
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc does what a click beside it does.
    <dialog
      ref={dialog}
      class="dialog palette"
      aria-label={t('Go to a page or do something')}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <input
        class="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
        aria-label={t('Type the name of a page, a chat or a command')}
        placeholder={t('Type the name of a page, a chat or a command')}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        class="palette-list"
        id={`${id}-list`}
        ref={list}
        role="listbox"
        aria-label={t('Found')}
        hidden={found.length === 0}
      >
        {runs(found).map(({ group, first, commands }) => (
          // biome-ignore lint/a11y/useSemanticElements: a list box has groups, and no field sets.
          <div key={`${group} ${first}`} role="group" aria-label={group}>
            <span class="palette-group" aria-hidden="true">
              {group}
            </span>
            {commands.map((command, at) => (
              // biome-ignore lint/a11y/useFocusableInteractive: as above.
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field.
              <div
                key={command.id}
                class="palette-option"
                id={`${id}-${first + at}`}
                role="option"
                aria-selected={first + at === current}
                dir="auto"
                onClick={() => run(command)}
                onPointerMove={() => setChosen(first + at)}
              >
                {command.label}
              </div>
            ))}
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p class="palette-none soft" role="status">
          {t('Nothing has that name.')}
        </p>
      )}
    </dialog>
  );
}

/** Neighbours with one heading, which is shown once above them. */
function runs(found: readonly Command[]) {
  const all: { group: string; first: number; commands: Command[] }[] = [];
  for (const [at, command] of found.entries()) {
    const last = all.at(-1);
    if (last?.group === command.group) last.commands.push(command);
    else all.push({ group: command.group, first: at, commands: [command] });
  }
  return all;
}

function useCommands(
  chatId: string | undefined,
  chats: readonly { id: string; name: string }[],
  typed: string,
): Command[] {
  const { role } = session.value?.operator ?? {};
  return useMemo(() => {
    const chat = chatId ?? (chats.length === 1 ? chats[0]?.id : undefined);
    return [
      ...(chat ? pagesOf(chat, typed.trim()) : []),
      ...chatsBut(chatId, chats),
      ...account(role === 'member'),
      ...settings(),
    ];
  }, [chatId, chats, typed, role]);
}

const go = (address: string) => () => void navigate(address);

function pagesOf(chat: string, typed: string): Command[] {
  const base = `/chats/${encodeURIComponent(chat)}`;
  const group = t('This chat');
  const pages = PAGES.map(({ slug, label }) => ({
    id: slug,
    label: t(label),
    group,
    also: `${slug} ${label}`,
    run: go(`${base}/${slug}`),
  }));
  if (!typed) return pages;
  const query = `?q=${encodeURIComponent(typed)}`;
  return [
    ...pages,
    {
      id: 'search conversations',
      label: t('Search conversations for “{typed}”', { typed }),
      group: t('Search'),
      run: go(`${base}/conversations${query}`),
    },
    {
      id: 'search contacts',
      label: t('Search contacts for “{typed}”', { typed }),
      group: t('Search'),
      run: go(`${base}/contacts${query}`),
    },
  ];
}

function chatsBut(chatId: string | undefined, chats: readonly { id: string; name: string }[]) {
  const others = chats.filter(({ id }) => id !== chatId);
  const group = t('Chats');
  return [
    ...others.map(({ id, name }) => ({
      id,
      label: name,
      group,
      run: go(`/chats/${encodeURIComponent(id)}/conversations`),
    })),
    { id: 'all chats', label: t('All chats'), group, run: go('/') },
  ];
}

function account(isMember: boolean): Command[] {
  const group = t('Account');
  const pages = [
    { id: 'security', label: t('Sign-in and security'), also: 'password code sessions 2fa' },
    ...(isMember
      ? []
      : [
          { id: 'members', label: t('Members'), also: 'people invite roles' },
          { id: 'audit', label: t('Audit log'), also: 'history who' },
        ]),
  ];
  return [
    ...pages.map((page) => ({ ...page, group, run: go(`/account/${page.id}`) })),
    { id: 'sign out', label: t('Sign out'), group, run: () => void signOut() },
  ];
}

function settings(): Command[] {
  const themes = THEMES.map((one) => ({
    id: `theme ${one}`,
    label: t('Theme: {theme}', { theme: t(THEME_NAMES[one]) }),
    group: t('Display'),
    also: one,
    run: () => {
      theme.value = one;
    },
  }));
  const languages = Object.entries(LANGUAGES).map(([code, name]) => ({
    id: `language ${code}`,
    label: t('Language: {name}', { name }),
    group: t('Display'),
    also: 'language sprache لغة',
    run: () => void chooseLanguage(code as Language),
  }));
  return [...themes, ...languages];
}
