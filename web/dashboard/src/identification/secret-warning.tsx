import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';

/** For whoever pasted a private key. It did not leave the browser. */
export function SecretWarning() {
  return (
    <p class="field-error">
      <strong>{t('That is a private key.')}</strong>{' '}
      {t(
        'It was taken out of the field at once and has not been sent. It belongs in your backend alone; paste the public key instead, or make a new pair if others may have seen it.',
      )}
    </p>
  );
}

/** Focuses the field that took the place of another, which had the focus, with generation 1 and later. */
export function useFocusAfter(
  generation: number,
  field: RefObject<HTMLTextAreaElement | null>,
): void {
  useEffect(() => {
    if (generation > 0) field.current?.focus();
  }, [generation, field]);
}
