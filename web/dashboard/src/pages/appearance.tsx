import type { PageProps } from '../app';
import { Appearance } from '../appearance/appearance';
import { useArrival, useTitle } from '../arrival';
import { t } from '../i18n';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { useSettings } from '../settings/use-settings';
import '../styles/integrations.css';
import '../styles/appearance.css';

/** What the widget looks like and says on the merchant's website. */
export default function AppearancePage({ params, chat }: PageProps) {
  useTitle(t('Appearance'), chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const { settings, change } = useSettings(chatId);
  const { value, error, reload } = settings;
  return (
    <div class="page look-page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('Appearance')}
        </h1>
        <p class="soft">
          {t('How the widget looks on your website, and what it says before anybody has asked.')}
        </p>
      </div>
      {value ? (
        <Appearance chatId={chatId} settings={value} change={change} />
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={8} of={t('the appearance')} />
      )}
    </div>
  );
}
