import { useState } from 'preact/hooks';
import { renewRecoveryCodes, type Security } from '../../../api/account';
import { ActionError, useAction } from '../action';
import { t } from '../i18n';
import { CopyButton } from '../parts/copy-button';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { saveFile } from '../save-file';

/** How many are left, and new ones; for who has a second factor that they stand in for. */
export function RecoveryCodes({ value, changed }: { value: Security; changed: () => void }) {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const action = useAction();
  const renew = () =>
    action.run(async () => {
      setCodes(await renewRecoveryCodes());
      changed();
    });
  const left = value.recovery_codes;
  return (
    <section class="card section" aria-labelledby="codes-heading">
      <h2 id="codes-heading">{t('Recovery codes')}</h2>
      <p class={left < 3 ? 'notice warn' : 'soft'}>
        {t(
          '{count, plural, =0 {No recovery code is left.} one {# recovery code is left.} other {# recovery codes are left.}}',
          { count: left },
        )}{' '}
        {t('With your password, one of them signs you in when your app or your passkey is lost.')}
      </p>
      <p>
        <button type="button" class="button" disabled={action.busy} onClick={renew}>
          {t('New recovery codes')}
        </button>
      </p>
      <ActionError error={action.error} />
      {codes && <CodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </section>
  );
}

/** Shown this once: only their hashes are kept. */
export function CodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const text = `${codes.join('\n')}\n`;
  return (
    <Dialog
      title={t('Your recovery codes')}
      onDismiss={() => {}}
      actions={
        <>
          <button
            type="button"
            class="button"
            onClick={() => saveFile('zipchat-recovery-codes.txt', text, 'text/plain')}
          >
            <Icon name="download" />
            {t('Download')}
          </button>
          <CopyButton text={text} of={t('recovery codes')} />
          <button type="button" class="button primary" onClick={onClose}>
            {t('I have kept them')}
          </button>
        </>
      }
    >
      <p>
        {t(
          'With your password, each signs you in once when your app or your passkey is lost. They are shown this once: keep them where you keep passwords.',
        )}
      </p>
      <ul class="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
