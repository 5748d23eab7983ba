import { useArrival, useTitle } from '../arrival';
import { t } from '../i18n';

export function NotFound() {
  useTitle(t('Not found'));
  const heading = useArrival();
  return (
    <div class="notice-page">
      <p class="notice-code" aria-hidden="true">
        404
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t('There is nothing here')}
      </h1>
      <p>{t('The address is wrong, or what it names belongs to another account.')}</p>
      <a class="button" href="/">
        {t('All chats')}
      </a>
    </div>
  );
}
