import { useState } from 'preact/hooks';
import {
  type Identification,
  type IdentificationKey,
  retireKey,
  revokeKey,
} from '../../../api/dashboard';
import { announce } from '../announce';
import { counted, duration } from '../format';
import { Confirm } from '../parts/confirm';

interface Props {
  chatId: string;
  identificationKey: IdentificationKey;
  /** Whether no other key verifies. */
  only: boolean;
  replace: (after: Identification) => void;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
const GRACES: readonly { seconds: number; remark: string }[] = [
  { seconds: 0, remark: 'nothing is signed with it any more' },
  { seconds: HOUR, remark: 'your backend has the new key already' },
  { seconds: DAY, remark: 'right for most' },
  { seconds: 7 * DAY, remark: 'the longest there is' },
];

/** Retiring a key, with time to change over; and revoking one that others have. */
export function KeyActions(props: Props) {
  const { state } = props.identificationKey;
  const [asking, setAsking] = useState<'retire' | 'revoke' | null>(null);
  const close = () => setAsking(null);
  return (
    <div class="button-row">
      {state === 'active' && (
        <button type="button" class="button small" onClick={() => setAsking('retire')}>
          Retire<span class="unseen"> key {props.identificationKey.kid}</span>
        </button>
      )}
      <button type="button" class="button small danger" onClick={() => setAsking('revoke')}>
        Revoke now<span class="unseen">, key {props.identificationKey.kid}</span>
      </button>
      {asking === 'retire' && <Retirement {...props} onClose={close} />}
      {asking === 'revoke' && <Revocation {...props} onClose={close} />}
    </div>
  );
}

type DialogProps = Props & { onClose: () => void };

function Retirement({ chatId, identificationKey: key, replace, onClose }: DialogProps) {
  const [grace, setGrace] = useState(DAY);
  const retire = async () => {
    replace(await retireKey(chatId, key.kid, grace));
    announce(`Key ${key.kid} is retired.`);
  };
  return (
    <Confirm
      title="Retire this key?"
      keep="Keep it active"
      verb="Retire it"
      verbing="Retiring…"
      act={retire}
      onClose={onClose}
    >
      <p>
        Tokens that <code>{key.kid}</code> signed go on being verified for a while, and are refused
        then. Customers who are identified stay so.
      </p>
      <p class={key.retirement.safe ? 'retirement safe' : 'retirement'}>
        <strong>{key.retirement.safe ? 'Safe to retire.' : 'Not yet safe to retire.'}</strong>{' '}
        {key.retirement.message}
      </p>
      <fieldset class="choices">
        <legend>It verifies for another</legend>
        {GRACES.map(({ seconds, remark }) => (
          <label key={seconds}>
            <input
              type="radio"
              name="grace"
              checked={seconds === grace}
              onChange={() => setGrace(seconds)}
            />
            <span>
              {seconds === 0 ? 'no time: now' : duration(seconds)}{' '}
              <span class="soft">– {remark}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Confirm>
  );
}

function Revocation({ chatId, identificationKey: key, only, replace, onClose }: DialogProps) {
  const revoke = async () => {
    replace(await revokeKey(chatId, key.kid));
    announce(`Key ${key.kid} is revoked.`);
  };
  return (
    <Confirm
      title="Revoke this key now?"
      keep="Keep it"
      verb="Yes, revoke it"
      verbing="Revoking…"
      danger
      act={revoke}
      onClose={onClose}
    >
      <p>
        For a key that somebody else may have. This cannot be undone. From this moment on, for{' '}
        <code>{key.kid}</code>:
      </p>
      <ul>
        <li>every token that it signed is refused;</li>
        <li>
          every identity that it made ends within a second, on every device: open chats empty, and
          their pages are asked to identify anew;
        </li>
        <li>conversations and customers stay here.</li>
      </ul>
      {only && <OnlyKey />}
      {key.verified > 0 && (
        <p class="soft">It has verified {counted(key.verified, 'token')} so far.</p>
      )}
    </Confirm>
  );
}

function OnlyKey() {
  return (
    <p class="notice warn">
      <span>
        <strong>No other key verifies.</strong> Add the next one first, or your customers cannot be
        identified.
      </span>
    </p>
  );
}
