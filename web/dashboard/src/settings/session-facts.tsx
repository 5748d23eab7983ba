import type { SettingsValues } from '../../../api/dashboard';
import { duration } from '../format';
import { t } from '../i18n';
import { Fact } from '../parts/facts';

/** How long an identity lasts, and whether customers see earlier conversations; set where the other rules of identification are. */
export function SessionFacts({ chatId, settings }: { chatId: string; settings: SettingsValues }) {
  const session = Number(settings['identification.session'] ?? 7_200);
  const history = settings['identification.history'] !== false;
  return (
    <section class="card section" aria-labelledby="session-heading">
      <h2 id="session-heading">{t('Sessions and history')}</h2>
      <dl class="facts">
        <Fact name={t('An identity lasts')}>{duration(session)}</Fact>
        <Fact name={t('Earlier conversations')}>
          {history ? t('Shown to customers who are signed in') : t('Not shown')}
        </Fact>
      </dl>
      <p>
        <a href={`/chats/${encodeURIComponent(chatId)}/integrations/rollout`}>
          {t('Change this under Rollout and rules')}
        </a>
      </p>
    </section>
  );
}
