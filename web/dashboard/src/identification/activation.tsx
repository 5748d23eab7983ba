import { useState } from 'preact/hooks';
import { activateIdentification, type IssuedKey, type KeyBits } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';

interface Props {
  chatId: string;
  onIssued: (key: IssuedKey) => void;
}

const SIZES: readonly { bits: KeyBits; remark: string }[] = [
  { bits: 2048, remark: 'fast, and right for most shops' },
  { bits: 3072, remark: 'where a policy asks for 128-bit strength' },
  { bits: 4096, remark: 'slower to make and to sign with' },
];

/** The button that makes a key pair, and the choice of its size. */
export function Activation({ chatId, onIssued }: Props) {
  const [bits, setBits] = useState<KeyBits>(2048);
  const { busy, error, run } = useAction();
  const activate = () => run(async () => onIssued(await activateIdentification(chatId, bits)));
  return (
    <div class="activation">
      <p class="soft">
        Activating makes a pair of keys: a private one for your backend, shown once, and a public
        one that stays here. Visitors who are not signed in go on chatting as before.
      </p>
      <button type="button" class="button primary" disabled={busy} onClick={activate}>
        {busy ? 'Making the keys…' : 'Activate'}
      </button>
      <details class="disclosure">
        <summary>Advanced</summary>
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
      <legend>Key size</legend>
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
            {size.bits} bits <span class="soft">– {size.remark}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
