import { useState } from 'preact/hooks';
import {
  type Identification,
  type IdentificationKey,
  retireKey,
  revokeKey,
} from '../../../api/dashboard';
import { keepKey, readKeyReach } from '../../../api/integrations';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { duration } from '../format';
import { msg, rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { useResource } from '../resource';
import { said } from '../said';

interface Props {
  chatId: string;
  identificationKey: IdentificationKey;
  /** Whether no other key verifies. */
  only: boolean;
  replace: (after: Identification) => void;
}

/** As far as the service counts. */
const MOST_COUNTED = 1_000;
const HOUR = 3_600;
const DAY = 24 * HOUR;
const GRACES: readonly { seconds: number; remark: string }[] = [
  { seconds: 0, remark: msg('nothing is signed with it any more') },
  { seconds: HOUR, remark: msg('your backend has the new key already') },
  { seconds: DAY, remark: msg('right for most') },
  { seconds: 7 * DAY, remark: msg('the longest there is') },
];

/** Retiring a key, with time to change over; and revoking one that others have. */
export function KeyActions(props: Props) {
  const { state, source, verifies } = props.identificationKey;
  const [asking, setAsking] = useState<'retire' | 'revoke' | null>(null);
  const close = () => setAsking(null);
  return (
    <div class="button-row">
      {state === 'active' && (
        <button type="button" class="button small" onClick={() => setAsking('retire')}>
          {t('Retire')}
          <span class="unseen"> {t('key {kid}', { kid: props.identificationKey.kid })}</span>
        </button>
      )}
      {state === 'retired' && verifies && source !== 'jwks' && <KeepAfterAll {...props} />}
      <button type="button" class="button small danger" onClick={() => setAsking('revoke')}>
        {t('Revoke now')}
        <span class="unseen">, {t('key {kid}', { kid: props.identificationKey.kid })}</span>
      </button>
      {asking === 'retire' && <Retirement {...props} onClose={close} />}
      {asking === 'revoke' && <Revocation {...props} onClose={close} />}
    </div>
  );
}

/** Takes a retirement back: nothing has been lost yet. */
function KeepAfterAll({ chatId, identificationKey: { kid }, replace }: Props) {
  const { busy, error, run } = useAction();
  const keep = () =>
    run(async () => {
      replace(await keepKey(chatId, kid));
      announce(t('Key {kid} is kept.', { kid }));
    });
  return (
    <>
      <button type="button" class="button small" disabled={busy} onClick={keep}>
        {t('Keep it after all')}
        <span class="unseen">, {t('key {kid}', { kid })}</span>
      </button>
      <ActionError error={error} />
    </>
  );
}

type DialogProps = Props & { onClose: () => void };

function Retirement({ chatId, identificationKey: key, replace, onClose }: DialogProps) {
  const [grace, setGrace] = useState(DAY);
  const retire = async () => {
    replace(await retireKey(chatId, key.kid, grace));
    announce(t('Key {kid} is retired.', { kid: key.kid }));
  };
  return (
    <Confirm
      title={t('Retire this key?')}
      keep={t('Keep it active')}
      verb={t('Retire it')}
      verbing={t('Retiring…')}
      act={retire}
      onClose={onClose}
    >
      <p>
        {rich(
          'Tokens that {kid} signed go on being verified for a while, and are refused then. Customers who are identified stay so.',
          { kid: <code>{key.kid}</code> },
        )}
      </p>
      <p class={key.retirement.safe ? 'retirement safe' : 'retirement'}>
        <strong>{key.retirement.safe ? t('Safe to retire.') : t('Not yet safe to retire.')}</strong>{' '}
        {said(key.retirement.message)}
      </p>
      <fieldset class="choices">
        <legend>{t('It verifies for another')}</legend>
        {GRACES.map(({ seconds, remark }) => (
          <label key={seconds}>
            <input
              type="radio"
              name="grace"
              checked={seconds === grace}
              onChange={() => setGrace(seconds)}
            />
            <span>
              {seconds === 0 ? t('no time: now') : duration(seconds)}{' '}
              <span class="soft">– {t(remark)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Confirm>
  );
}

function Revocation({ chatId, identificationKey: key, only, replace, onClose }: DialogProps) {
  const reach = useResource(`reach ${chatId} ${key.kid}`, (signal) =>
    readKeyReach(chatId, key.kid, signal),
  );
  const revoke = async () => {
    replace(await revokeKey(chatId, key.kid));
    announce(t('Key {kid} is revoked.', { kid: key.kid }));
  };
  return (
    <Confirm
      title={t('Revoke this key now?')}
      keep={t('Keep it')}
      verb={t('Yes, revoke it')}
      verbing={t('Revoking…')}
      danger
      act={revoke}
      onClose={onClose}
    >
      <p>
        {rich(
          'For a key that somebody else may have. This cannot be undone. From this moment on, for {kid}:',
          { kid: <code>{key.kid}</code> },
        )}
      </p>
      <ul>
        <li>{t('every token that it signed is refused;')}</li>
        <li>
          {t(
            'every identity that it made ends within a second, on every device: open chats empty, and their pages are asked to identify anew;',
          )}
        </li>
        <li>{t('conversations and customers stay here.')}</li>
      </ul>
      {!reach.error && (
        <p>
          <strong>
            {reach.value === undefined
              ? t('Counting the identities that it made…')
              : reach.value >= MOST_COUNTED
                ? t('That ends 1,000 identities or more, this moment.')
                : t(
                    '{count, plural, =0 {Nobody is identified by it at the moment.} one {That ends # identity, this moment.} other {That ends # identities, this moment.}}',
                    { count: reach.value },
                  )}
          </strong>
        </p>
      )}
      {only && <OnlyKey />}
      {key.verified > 0 && (
        <p class="soft">
          {t(
            '{count, plural, one {It has verified # token so far.} other {It has verified # tokens so far.}}',
            { count: key.verified },
          )}
        </p>
      )}
    </Confirm>
  );
}

function OnlyKey() {
  return (
    <p class="notice warn">
      <span>
        <strong>{t('No other key verifies.')}</strong>{' '}
        {t('Add the next one first, or your customers cannot be identified.')}
      </span>
    </p>
  );
}
