import { useEffect, useRef, useState } from 'preact/hooks';
import type { IssuedKey } from '../../../api/dashboard';
import { t } from '../i18n';
import { CopyButton } from '../parts/copy-button';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { guardLeaving } from '../router';
import { saveFile } from '../save-file';
import { environmentLine, keyFileName } from './key-text';

interface Props {
  issued: IssuedKey;
  onStored: () => void;
}

/** The private key, this once. The page cannot be left by accident while it is here. */
export function PrivateKey({ issued, onStored }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [asked, answer] = useLeaveQuestion();
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="private-key">
      <h3 id="private-key-heading" ref={heading} tabIndex={-1}>
        {t('Private key')}
      </h3>
      <p class="notice warn">
        <Icon name="warning" />
        <span>
          <strong>{t('This is the only time that it is shown.')}</strong>{' '}
          {t(
            'It is not kept here. Store it where your backend keeps its secrets, and nowhere that a browser can read: whoever has it can sign in to the chat as any of your customers.',
          )}
        </span>
      </p>
      <textarea
        class="pem"
        readOnly
        rows={10}
        spellcheck={false}
        aria-labelledby="private-key-heading"
        value={issued.private_key}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div class="button-row">
        <CopyButton text={issued.private_key} of={t('private key')} />
        <CopyButton
          text={environmentLine(issued.private_key)}
          of={t('with the private key')}
          label={t('Copy as environment line')}
        />
        <button type="button" class="button small" onClick={() => download(issued)}>
          <Icon name="download" />
          {t('Download .pem')}
        </button>
      </div>
      <button type="button" class="button primary" onClick={onStored}>
        {t('I stored it')}
      </button>
      {asked && (
        <Dialog
          title={t('Have you stored the private key?')}
          onDismiss={() => answer(false)}
          actions={
            <>
              <button type="button" class="button" onClick={() => answer(false)}>
                {t('Stay here')}
              </button>
              <button type="button" class="button primary" onClick={() => answer(true)}>
                {t('I stored it')}
              </button>
            </>
          }
        >
          <p>
            {t(
              'It is not shown again. Without it your backend cannot sign tokens, and you would have to make another key.',
            )}
          </p>
        </Dialog>
      )}
    </div>
  );
}

/** Whether leaving was attempted, and how to say if it may go on. */
function useLeaveQuestion(): [boolean, (leave: boolean) => void] {
  const [asked, setAsked] = useState(false);
  const pending = useRef<((leave: boolean) => void)[]>([]);
  useEffect(
    () =>
      guardLeaving(() => {
        setAsked(true);
        return new Promise((resolve) => pending.current.push(resolve));
      }),
    [],
  );
  const answer = (leave: boolean) => {
    setAsked(false);
    for (const resolve of pending.current.splice(0)) resolve(leave);
  };
  return [asked, answer];
}

function download({ kid, private_key }: IssuedKey): void {
  saveFile(keyFileName(kid), private_key, 'application/x-pem-file');
}
