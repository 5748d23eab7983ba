import { useState } from 'preact/hooks';
import {
  deactivateIdentification,
  type Identification,
  type IdentificationKey,
} from '../../../api/dashboard';
import { announce } from '../announce';
import { t } from '../i18n';
import { Confirm } from '../parts/confirm';

interface Props {
  chatId: string;
  keys: readonly IdentificationKey[];
  onDeactivated: (after: Identification) => void;
}

/** Switching identification off, after saying what that does. */
export function Deactivation({ chatId, keys, onDeactivated }: Props) {
  const [asking, setAsking] = useState(false);
  const deactivate = async () => {
    onDeactivated(await deactivateIdentification(chatId));
    announce(t('Customer identification is off.'));
  };
  return (
    <div class="deactivation">
      <div>
        <h3>{t('Switch it off')}</h3>
        <p class="soft">{t('Customers then chat as unknown visitors.')}</p>
      </div>
      <button type="button" class="button danger" onClick={() => setAsking(true)}>
        {t('Deactivate')}
      </button>
      {asking && (
        <Confirm
          title={t('Deactivate customer identification?')}
          keep={t('Keep it active')}
          verb={t('Yes, deactivate')}
          verbing={t('Deactivating…')}
          danger
          act={deactivate}
          onClose={() => setAsking(false)}
        >
          <Consequences keys={keys} />
        </Confirm>
      )}
    </div>
  );
}

function Consequences({ keys }: { keys: readonly IdentificationKey[] }) {
  const verified = keys
    .filter(({ state }) => state === 'active')
    .reduce((sum, key) => sum + key.verified, 0);
  return (
    <>
      <p>{t('From this moment:')}</p>
      <ul>
        <li>{t('tokens that your shop signs are refused;')}</li>
        <li>
          {t(
            'every customer who is identified now stops being so, and goes on as an unverified visitor;',
          )}
        </li>
        <li>
          {t('its keys retire for good: activating again makes a new pair for your backend.')}
        </li>
      </ul>
      <p class="soft">
        {t('Conversations and customers stay.')}{' '}
        {verified > 0 &&
          t(
            '{count, plural, one {So far # token was verified.} other {So far # tokens were verified.}}',
            {
              count: verified,
            },
          )}
      </p>
    </>
  );
}
