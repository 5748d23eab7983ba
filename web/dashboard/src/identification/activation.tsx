import { useState } from 'preact/hooks';
import { activateIdentification, type IssuedKey, type KeyBits } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { msg, rich, t } from '../i18n';

interface Props {
  chatId: string;
  onIssued: (key: IssuedKey) => void;
}

const SIZES: readonly { bits: KeyBits; remark: string }[] = [
  { bits: 2048, remark: msg('fast, and right for most shops') },
  { bits: 3072, remark: msg('where a policy asks for 128-bit strength') },
  { bits: 4096, remark: msg('slower to make and to sign with') },
];

/** The button that makes a key pair, and the choice of its size. */
export function Activation({ chatId, onIssued }: Props) {
  const [bits, setBits] = useState<KeyBits>(2048);
  const { busy, error, run } = useAction();
  const activate = () => run(async () => onIssued(await activateIdentification(chatId, bits)));
  return (
    <div class="activation">
      <p class="soft">
        {t(
          'Activating makes a pair of keys: a private one for your backend, shown once, and a public one that stays here. Visitors who are not signed in go on chatting as before.',
        )}
      </p>
      <button type="button" class="button primary" disabled={busy} onClick={activate}>
        {busy ? t('Making the keys…') : t('Activate')}
      </button>
      <details class="disclosure">
        <summary>{t('Advanced')}</summary>
        <KeySizes bits={bits} onChange={setBits} />
      </details>
      <ActionError error={error} />
    </div>
  );
}

interface KeySizesProps {
  bits: KeyBits;
  onChange: (bits: KeyBits) => void;
}

export function KeySizes({ bits, onChange }: KeySizesProps) {
  return (
    <fieldset class="choices">
      <legend>{t('Key size')}</legend>
      {SIZES.map((size) => (
        <label key={size.bits}>
          <input
            type="radio"
            name="bits"
            value={size.bits}
            checked={size.bits === bits}
            onChange={() => onChange(size.bits)}
          />
          <span>
            {rich('{bits} bits {remark}', {
              bits: size.bits,
              remark: <span class="soft">– {t(size.remark)}</span>,
            })}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
