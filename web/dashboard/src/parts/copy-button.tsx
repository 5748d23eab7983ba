import { useEffect, useState } from 'preact/hooks';
import { announce } from '../announce';
import { copyText } from '../clipboard';
import { t } from '../i18n';
import { Icon } from './icon';

const SHOWN_MS = 2_000;

interface Props {
  text: string;
  /** What is copied, for those who hear the button without seeing what stands beside it. */
  of: string;
  label?: string;
}

/** Copies `text` and says so, to eyes and ears. */
export function CopyButton({ text, of, label }: Props) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    const copied = await copyText(text);
    setOutcome(copied ? 'copied' : 'refused');
    announce(copied ? t('Copied') : t('The browser refused to copy. Select the text and copy it.'));
  };

  return (
    <button type="button" class="button small copy" data-outcome={outcome} onClick={copy}>
      <Icon name={outcome === 'copied' ? 'check' : 'copy'} />
      {/* Both words share one cell, so that the button keeps its width. */}
      <span class="copy-words">
        <span class="copy-label">
          {label ?? t('Copy')}
          <span class="unseen"> {of}</span>
        </span>
        <span class="copy-outcome" aria-hidden="true">
          {outcome === 'refused' ? t('Refused') : t('Copied')}
        </span>
      </span>
    </button>
  );
}
