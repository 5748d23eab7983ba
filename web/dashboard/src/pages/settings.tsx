import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { LeadForm } from '../settings/lead-form';
import { People } from '../settings/people';
import { useSettings } from '../settings/use-settings';
import '../styles/assistant.css';

/** What a chat asks its visitors. Each section is a file of `../settings`. */
export default function SettingsPage({ params, chat }: PageProps) {
  useTitle('Settings', chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const { settings, change } = useSettings(chatId);
  const { value, error, reload } = settings;
  const rules = `/chats/${encodeURIComponent(chatId)}/integrations/rollout`;
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Settings
        </h1>
        <p class="soft">
          Whom the chat asks who they are, and who is told when a person is asked for. Who may
          write, from which websites, and how long an identity lasts are under{' '}
          <a href={rules}>Rollout and rules</a>.
        </p>
      </div>
      {value ? (
        <>
          <LeadForm settings={value} change={change} />
          <People settings={value} change={change} />
        </>
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={6} of="the settings" />
      )}
    </div>
  );
}
