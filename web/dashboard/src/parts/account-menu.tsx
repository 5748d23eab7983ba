import { useId, useState } from 'preact/hooks';
import { chooseLanguage, LANGUAGES, type Language, language, msg, t } from '../i18n';
import { session, signOut } from '../session';
import { THEMES, type Theme, theme } from '../theme';
import { Avatar } from './avatar';
import { Icon } from './icon';
import { Menu } from './menu';
import { OwnName } from './own-name';

const PLACES = [
  { href: '/account/security', label: msg('Sign-in and security') },
  { href: '/account/members', label: msg('Members') },
  { href: '/account/audit', label: msg('Audit log') },
] as const;

export const THEME_NAMES: Readonly<Record<Theme, string>> = {
  system: msg('As the system'),
  light: msg('Light'),
  dark: msg('Dark'),
};

/** Who is signed in, what is theirs to set, and the way out. */
export function AccountMenu() {
  const [naming, setNaming] = useState(false);
  const [stuck, setStuck] = useState(false);
  const current = session.value;
  if (!current) return null;
  const { operator, account } = current;
  // Members answer customers: people and what they did are for those who run the account.
  const places = PLACES.filter(
    ({ href }) => operator.role !== 'member' || href === '/account/security',
  );
  return (
    <>
      {stuck && (
        <span class="header-error" role="alert">
          {t('Not signed out. Try again.')}
        </span>
      )}
      <Menu
        label={t('Your account, {email}', { email: operator.email })}
        class="account-button"
        button={<Avatar name={operator.name} seed={operator.id} />}
      >
        {(close) => (
          <>
            <div class="menu-about">
              <strong dir="auto">{operator.name}</strong>
              <span class="soft">{operator.email}</span>
              <span class="soft" dir="auto">
                {account.name}
              </span>
            </div>
            <button
              type="button"
              class="menu-item"
              onClick={() => {
                close();
                setNaming(true);
              }}
            >
              {t('Your name')}
            </button>
            {places.map(({ href, label }) => (
              <a key={href} class="menu-item" href={href} onClick={close}>
                {t(label)}
              </a>
            ))}
            <ThemeField />
            <LanguageField />
            <button
              type="button"
              class="menu-item menu-last"
              onClick={() => {
                close();
                signOut().catch(() => setStuck(true));
              }}
            >
              <Icon name="sign-out" />
              {t('Sign out')}
            </button>
          </>
        )}
      </Menu>
      {naming && <OwnName onClose={() => setNaming(false)} />}
    </>
  );
}

function ThemeField() {
  const id = useId();
  return (
    <div class="menu-field">
      <label for={id}>{t('Theme')}</label>
      <select
        id={id}
        class="input"
        value={theme.value}
        onChange={(event) => {
          theme.value = event.currentTarget.value as Theme;
        }}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {t(THEME_NAMES[one])}
          </option>
        ))}
      </select>
    </div>
  );
}

export function LanguageField() {
  const id = useId();
  return (
    <div class="menu-field">
      <label for={id}>{t('Language')}</label>
      <select
        id={id}
        class="input"
        value={language()}
        onChange={(event) => void chooseLanguage(event.currentTarget.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
