import { changeSettings, readSettings, type SettingsValues } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { Behaviour } from '../assistant/behaviour';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';

/** What the assistant is told and knows, and how its model does. Each section is a file of `../assistant`. */
export default function AssistantPage({ params, chat }: PageProps) {
  useTitle('Assistant', chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const settings = useResource(`settings ${chatId}`, (signal) => readSettings(chatId, signal));
  const { value, error, reload, update } = settings;
  const change = async (changes: SettingsValues) => {
    const after = await changeSettings(chatId, changes);
    update(() => after);
    return after;
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Assistant
        </h1>
        <p class="soft">Who answers your visitors, and what it goes by.</p>
      </div>
      {value ? (
        <Behaviour settings={value} seen={[]} change={change} />
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={6} of="the assistant" />
      )}
    </div>
  );
}
