import { useState } from 'preact/hooks';
import {
  type Customer,
  eraseCustomer,
  exportCustomer,
  revokeCustomer,
} from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { counted } from '../format';
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
      announce('The export is saved.');
    });
  const revoke = async () => {
    const ended = await revokeCustomer(chatId, customer.id);
    announce(`Revoked: ${counted(ended, 'identity', 'identities')} ended.`);
    await reload();
  };
  return (
    <div class="contact-actions">
      <div class="button-row">
        <button type="button" class="button small" disabled={busy} onClick={save}>
          <Icon name="download" />
          {busy ? 'Exporting…' : 'Export'}
        </button>
        {customer.verified && (
          <button type="button" class="button small danger" onClick={() => setAsking('revoke')}>
            Revoke
          </button>
        )}
        <button type="button" class="button small danger" onClick={() => setAsking('erase')}>
          Erase
        </button>
      </div>
      <ActionError error={error} />
      {asking === 'revoke' && (
        <Confirm
          title="Sign this customer out everywhere?"
          keep="Leave them signed in"
          verb="Yes, revoke"
          verbing="Revoking…"
          danger
          act={revoke}
          onClose={close}
        >
          <ul>
            <li>On all devices the identity ends within 5 seconds, and the open chat empties.</li>
            <li>Tokens issued before now are refused for this customer.</li>
            <li>
              With a new token, after signing in to your shop again, they are identified as before.
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
      title="Erase this customer?"
      keep="Keep the customer"
      verb="Yes, erase for good"
      verbing="Erasing…"
      danger
      typed={{ text: customer.email, label: `Type ${customer.email} to go on` }}
      act={erase}
      onClose={onClose}
    >
      <p>This cannot be undone.</p>
      <ul>
        <li>
          Gone: name, email, phone, attributes, all conversations with their messages, and every
          signed-in device.
        </li>
        <li>
          What stays: entries of the record, which name the customer by a pseudonym only, so that
          the record stays whole.
        </li>
        <li>If your shop signs the customer in again, it is as somebody new.</li>
      </ul>
      <p class="soft">You may want to export first.</p>
    </Confirm>
  );
}
