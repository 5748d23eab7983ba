import type { Attempt } from '../../../api/dashboard';
import { t } from '../i18n';
import { Ago } from '../parts/time';

/** Why a token was refused, and how to mend that. */
export function Cause({ attempt }: { attempt: Attempt }) {
  const { message, detail, remedy, reason, kid, origin, at } = attempt;
  return (
    <div class="cause">
      <p>
        <strong>{message ? t(message) : t('It was refused.')}</strong> <Measure detail={detail} />{' '}
        <code>{reason}</code>
      </p>
      {remedy && <p>{t(remedy)}</p>}
      <p class="soft cause-where">
        <Ago at={at} />
        {origin && <span> · {origin}</span>}
        {kid && <span> · {t('key {kid}', { kid })}</span>}
      </p>
    </div>
  );
}

/** By how much, or with what, it is wrong. */
export function Measure({ detail }: { detail: string | null }) {
  return detail === null ? null : <span dir="auto">({detail})</span>;
}
