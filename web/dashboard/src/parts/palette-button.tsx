import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icon';
import { Lazy } from './lazy';

const load = () => import('../palette/palette');

/** The way to everything by its name: a button, and Ctrl or ⌘ with K anywhere. */
export function PaletteButton({ chatId }: { chatId: string | undefined }) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) {
        return;
      }
      // The browser would go to its own search.
      event.preventDefault();
      // Over a question that waits for an answer, there is nothing to go to.
      if (!document.querySelector('dialog:modal')) setOpen(true);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  const close = () => setOpen(false);
  return (
    <>
      <button
        type="button"
        class="button quiet palette-button"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
      >
        <Icon name="search" />
        <span class="header-label">{t('Go to…')}</span>
        <kbd>{isApple() ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      {open && <Lazy load={load} of={t('the palette')} give={{ chatId, close }} />}
    </>
  );
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform);
}
