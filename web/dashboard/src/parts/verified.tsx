import { useId, useState } from 'preact/hooks';
import { msg, t } from '../i18n';
import { Seal } from './icon';

const MEANING = msg('Signed by your shop, not typed.');

/** The mark inside a link or a row, where nothing else can be pressed. */
export function VerifiedMark() {
  return (
    <span class="verified" title={t(MEANING)}>
      <Seal />
      {t('Verified')}
    </span>
  );
}

/** The mark with its meaning on hover, on focus and on a tap; Esc puts it away. */
export function VerifiedTip() {
  const tipId = useId();
  const [shown, setShown] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is what is operated.
    <span
      class="tip"
      data-shown={shown}
      onMouseEnter={() => setShown(true)}
      onMouseLeave={() => setShown(false)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !shown) return;
        event.stopPropagation();
        setShown(false);
      }}
    >
      <button
        type="button"
        class="verified"
        aria-describedby={tipId}
        onFocus={() => setShown(true)}
        onBlur={() => setShown(false)}
        onClick={() => setShown(true)}
      >
        <Seal />
        {t('Verified')}
      </button>
      <span class="tip-text" role="tooltip" id={tipId}>
        {t(MEANING)}
      </span>
    </span>
  );
}
