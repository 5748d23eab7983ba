import { useState } from 'preact/hooks';
import {
  type Customer,
  eraseCustomer,
  exportCustomer,
  revokeCustomer,
} from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { Icon } from '../parts/icon';
import { navigate } from '../router';
import { saveFile } from '../save-file';
import { lastErased } from './erased';

interface Props {
  chatId: string;
  customer: Customer;
  /** Where one goes when the customer is gone. */
  leaveTo: string;
  reload: () => Promise<unknown>;
}

/** Signing a customer out everywhere, handing out what is known, and erasing it. */
export function CustomerActions({ chatId, customer, leaveTo, reload }: Props) {
  const [asking, setAsking] = useState<'revoke' | 'erase' | null>(null);
  const { busy, error, run } = useAction();
  const close = () => setAsking(null);

  const save = () =>
    run(async () => {
      const text = await exportCustomer(chatId, customer.id);
      saveFile(`customer-${customer.id}.json`, text, 'application/json');
      announce(t('The export is saved.'));
    });
  const revoke = async () => {
    const ended = await revokeCustomer(chatId, customer.id);
    announce(
      t('{count, plural, one {Revoked: # identity ended.} other {Revoked: # identities ended.}}', {
        count: ended,
      }),
    );
    await reload();
  };
  return (
    <div class="contact-actions">
      <div class="button-row">
        <button type="button" class="button small" disabled={busy} onClick={save}>
          <Icon name="download" />
          {busy ? t('Exporting…') : t('Export')}
        </button>
        {customer.verified && (
          <button type="button" class="button small danger" onClick={() => setAsking('revoke')}>
            {t('Revoke')}
          </button>
        )}
        <button type="button" class="button small danger" onClick={() => setAsking('erase')}>
          {t('Erase')}
        </button>
      </div>
      <ActionError error={error} />
      {asking === 'revoke' && (
        <Confirm
          title={t('Sign this customer out everywhere?')}
          keep={t('Leave them signed in')}
          verb={t('Yes, revoke')}
          verbing={t('Revoking…')}
          danger
          act={revoke}
          onClose={close}
        >
          <ul>
            <li>
              {t('On all devices the identity ends within 5 seconds, and the open chat empties.')}
            </li>
            <li>{t('Tokens issued before now are refused for this customer.')}</li>
            <li>
              {t(
                'With a new token, after signing in to your shop again, they are identified as before.',
              )}
            </li>
          </ul>
        </Confirm>
      )}
      {asking === 'erase' && (
        <Erasure chatId={chatId} customer={customer} leaveTo={leaveTo} onClose={close} />
      )}
    </div>
  );
}

interface ErasureProps {
  chatId: string;
  customer: Customer;
  leaveTo: string;
  onClose: () => void;
}

function Erasure({ chatId, customer, leaveTo, onClose }: ErasureProps) {
  const erase = async (typed: string) => {
    lastErased.value = await eraseCustomer(chatId, customer.id, typed);
    await navigate(leaveTo, 'replace');
  };
  return (
    <Confirm
      title={t('Erase this customer?')}
      keep={t('Keep the customer')}
      verb={t('Yes, erase for good')}
      verbing={t('Erasing…')}
      danger
      typed={{ text: customer.email, label: t('Type {email} to go on', { email: customer.email }) }}
      act={erase}
      onClose={onClose}
    >
      <p>{t('This cannot be undone.')}</p>
      <ul>
        <li>
          {t(
            'Gone: name, email, phone, attributes, all conversations with their messages, and every signed-in device.',
          )}
        </li>
        <li>
          {t(
            'What stays: entries of the record, which name the customer by a pseudonym only, so that the record stays whole.',
          )}
        </li>
        <li>{t('If your shop signs the customer in again, it is as somebody new.')}</li>
      </ul>
      <p class="soft">{t('You may want to export first.')}</p>
    </Confirm>
  );
}
