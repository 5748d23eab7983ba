import { useState } from 'preact/hooks';
import {
  deactivateIdentification,
  type Identification,
  type IdentificationKey,
} from '../../../api/dashboard';
import { announce } from '../announce';
import { counted } from '../format';
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
    announce('Customer identification is off.');
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
        <Confirm
          title="Deactivate customer identification?"
          keep="Keep it active"
          verb="Yes, deactivate"
          verbing="Deactivating…"
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
      <p>From this moment:</p>
      <ul>
        <li>tokens that your shop signs are refused;</li>
        <li>
          every customer who is identified now stops being so, and goes on as an unverified visitor;
        </li>
        <li>its keys retire for good: activating again makes a new pair for your backend.</li>
      </ul>
      <p class="soft">
        Conversations and customers stay.
        {verified > 0 && ` So far ${counted(verified, 'token was', 'tokens were')} verified.`}
      </p>
    </>
  );
}
