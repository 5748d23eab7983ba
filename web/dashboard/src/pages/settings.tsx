import { changeSettings, readSettings, type SettingsValues } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';
import { Visitors } from '../settings/visitors';

/** What a chat asks its visitors, and where it is. Each section is a file of `../settings`. */
export default function SettingsPage({ params, chat }: PageProps) {
  useTitle('Settings', chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const { value, error, reload, update } = useResource(`settings ${chatId}`, (signal) =>
    readSettings(chatId, signal),
  );
  const change = async (changes: SettingsValues) => {
    const after = await changeSettings(chatId, changes);
    update(() => after);
    return after;
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Settings
        </h1>
        <p class="soft">
          Whom the chat asks who they are, and on which websites it is. Sessions, history and who
          may write are under{' '}
          <a href={`/chats/${encodeURIComponent(chatId)}/integrations/rollout`}>
            Rollout and rules
          </a>
          .
        </p>
      </div>
      {value ? (
        <Visitors settings={value} change={change} />
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={6} of="the settings" />
      )}
    </div>
  );
}
