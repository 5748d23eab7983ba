import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { CopyButton } from '../parts/copy-button';
import { Icon } from '../parts/icon';

interface Props {
  title: string;
  secret: string;
  /** What it is, for the copy button. */
  of: string;
  onStored: () => void;
}

/** A key or a secret that was just made, this once. */
export function IssuedSecret({ title, secret, of, onStored }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="private-key">
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <p class="notice warn">
        <Icon name="warning" />
        <span>
          <strong>{t('This is the only time that it is shown.')}</strong>{' '}
          {t('Store it where your programs keep their secrets.')}
        </span>
      </p>
      <div class="copy-line">
        <code class="issued-secret">{secret}</code>
        <CopyButton text={secret} of={of} />
      </div>
      <button type="button" class="button primary" onClick={onStored}>
        {t('I stored it')}
      </button>
    </div>
  );
}
