import { useState } from 'preact/hooks';
import type { ApiError } from '../../../api/client';
import { explain } from '../explain';
import { t } from '../i18n';
import { Icon } from './icon';

interface Props {
  error: ApiError;
  retry: () => Promise<unknown>;
}

/** Why something is not there, and what can be done about it. */
export function Failure({ error, retry }: Props) {
  const [busy, setBusy] = useState(false);
  const { title, advice, retryable } = explain(error);
  const again = async () => {
    setBusy(true);
    await retry();
    setBusy(false);
  };
  return (
    <div class="notice-page" role="alert">
      <span class="notice-mark">
        <Icon name="warning" />
      </span>
      <h2>{title}</h2>
      <p>{advice}</p>
      {retryable && (
        <button type="button" class="button" disabled={busy} onClick={again}>
          {busy ? t('Trying…') : t('Try again')}
        </button>
      )}
    </div>
  );
}
