import { t } from '../i18n';
import { Dialog } from '../parts/dialog';
import { KEYS, keysOn, switchKeys } from './keys';

/** What the keys do, and the switch for who does not want them. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      title={t('Keys of the inbox')}
      onDismiss={onClose}
      actions={
        <button type="button" class="button" onClick={onClose}>
          {t('Close')}
        </button>
      }
    >
      <dl class="key-help">
        {KEYS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(does)}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">{t('They do nothing while you write.')}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={keysOn.value}
          onChange={(event) => switchKeys(event.currentTarget.checked)}
        />
        {t('Use these keys')}
      </label>
    </Dialog>
  );
}
