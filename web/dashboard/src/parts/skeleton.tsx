import { t } from '../i18n';

/** Grey bars where something is on its way. */
export function Skeleton({ rows, of }: { rows: number; of: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{t('Loading {of}…', { of })}</span>
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} class="skeleton-row" aria-hidden="true">
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}
