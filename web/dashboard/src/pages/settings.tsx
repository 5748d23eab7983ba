import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { t } from '../i18n';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { LeadForm } from '../settings/lead-form';
import { Origins, useCalling } from '../settings/origins';
import { People } from '../settings/people';
import { RetentionSection } from '../settings/retention';
import { SessionFacts } from '../settings/session-facts';
import { useSettings } from '../settings/use-settings';
import '../styles/integrations.css';
import '../styles/identification.css';
import '../styles/assistant.css';
import '../styles/settings.css';

/** What a chat asks its visitors, where it may be, and what it keeps. Each section is a file of `../settings`. */
export default function SettingsPage({ params, chat }: PageProps) {
  useTitle(t('Settings'), chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const { settings, change } = useSettings(chatId);
  const { value, error, reload } = settings;
  // Who calls stands above most of the page, and would push it down.
  const calling = useCalling(chatId);
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('Settings')}
        </h1>
        <p class="soft">
          {t(
            'Which websites have the chat, whom it asks who they are, who is told when a person is asked for, and how long things are kept.',
          )}
        </p>
      </div>
      {value && chat.value && (calling.value || calling.error) ? (
        <>
          <Origins calling={calling} settings={value} change={change} />
          <LeadForm settings={value} change={change} />
          <People settings={value} change={change} />
          <SessionFacts chatId={chatId} settings={value} />
          <RetentionSection
            chatId={chatId}
            chatName={chat.value.chat.name}
            settings={value}
            change={change}
          />
        </>
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={8} of={t('the settings')} />
      )}
    </div>
  );
}
