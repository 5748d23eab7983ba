import { useState } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import {
  deactivateIdentification,
  type Identification,
  type IdentificationKey,
} from '../../../api/dashboard';
import { announce } from '../announce';
import { explain } from '../explain';
import { counted } from '../format';
import { Dialog } from '../parts/dialog';

interface Props {
  chatId: string;
  keys: readonly IdentificationKey[];
  onDeactivated: (after: Identification) => void;
}

/** Switching identification off, after saying what that does. */
export function Deactivation({ chatId, keys, onDeactivated }: Props) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const deactivate = async () => {
    setBusy(true);
    setError(null);
    try {
      const after = await deactivateIdentification(chatId);
      announce('Customer identification is off.');
      onDeactivated(after);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };
  const close = () => {
    setAsking(false);
    setError(null);
  };
  return (
    <div class="deactivation">
      <div>
        <h3>Switch it off</h3>
        <p class="soft">Customers then chat as unknown visitors.</p>
      </div>
      <button type="button" class="button danger" onClick={() => setAsking(true)}>
        Deactivate
      </button>
      {asking && (
        <Dialog
          title="Deactivate customer identification?"
          onDismiss={close}
          actions={
            <>
              <button type="button" class="button" disabled={busy} onClick={close}>
                Keep it active
              </button>
              <button
                type="button"
                class="button danger-solid"
                disabled={busy}
                onClick={deactivate}
              >
                {busy ? 'Deactivating…' : 'Yes, deactivate'}
              </button>
            </>
          }
        >
          <Consequences keys={keys} />
          <div role="alert">
            {error && (
              <p class="field-error">
                {explain(error).title}. {explain(error).advice}
              </p>
            )}
          </div>
        </Dialog>
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
      <p>From this moment:</p>
      <ul>
        <li>tokens that your shop signs are refused;</li>
        <li>
          every customer who is identified now stops being so, and goes on as an unverified visitor;
        </li>
        <li>the key retires for good: activating again makes a new pair for your backend.</li>
      </ul>
      <p class="soft">
        Conversations and customers stay.
        {verified > 0 && ` So far ${counted(verified, 'token was', 'tokens were')} verified.`}
      </p>
    </>
  );
}
