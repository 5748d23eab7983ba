import { useState } from 'preact/hooks';
import { type RecordVerification, verifyRecord } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { rich, t } from '../i18n';
import { Icon, Seal } from '../parts/icon';

/** Goes through the chat's record, and says whether it is whole. */
export function RecordCheck({ chatId }: { chatId: string }) {
  const [found, setFound] = useState<RecordVerification | null>(null);
  const { busy, error, run } = useAction();
  const check = () => run(async () => setFound(await verifyRecord(chatId)));
  return (
    <div class="record-check">
      <button type="button" class="button small" disabled={busy} onClick={check}>
        {busy ? t('Verifying…') : t('Verify the record')}
      </button>
      <div role="status">{found && <Finding found={found} />}</div>
      <ActionError error={error} />
    </div>
  );
}

function Finding({ found }: { found: RecordVerification }) {
  const { valid, entries, pending, broken_at, message } = found;
  return (
    <p class={valid ? 'notice good' : 'notice bad'}>
      {valid ? <Seal /> : <Icon name="warning" />}
      <span>
        {valid ? (
          rich(
            '{title} {entries, plural, one {# entry} other {# entries}} sealed{pending, plural, =0 {} other {, # about to be}}.',
            { title: <strong>{t('The record is whole.')}</strong>, entries, pending },
          )
        ) : (
          <>
            <strong>{t('The record was tampered with.')}</strong> {sentence(t(message))}{' '}
            {broken_at !== null &&
              t('The first entry that is wrong is number {number}.', { number: broken_at })}
          </>
        )}
      </span>
    </p>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
