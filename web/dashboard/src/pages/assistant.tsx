import { readAssistant } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { Behaviour } from '../assistant/behaviour';
import { ModelSection } from '../assistant/model';
import { KnowledgeSection } from '../knowledge/knowledge';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { usePolling } from '../polling';
import { useResource } from '../resource';
import { useSettings } from '../settings/use-settings';
import '../styles/identification.css';
import '../styles/assistant.css';
import '../styles/knowledge.css';

/** What the assistant is told and knows, and how its model does. Each section is a file of `../assistant`. */
export default function AssistantPage({ params, chat }: PageProps) {
  useTitle('Assistant', chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const { settings, change } = useSettings(chatId);
  const { value, error, reload } = settings;
  const assistant = useResource(`assistant ${chatId}`, (signal) => readAssistant(chatId, signal));
  usePolling(assistant.reload);
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Assistant
        </h1>
        <p class="soft">Who answers your visitors, and what it goes by.</p>
      </div>
      {assistant.value && <ModelSection assistant={assistant.value} />}
      <KnowledgeSection chatId={chatId} />
      {value ? (
        <Behaviour
          settings={value}
          seen={assistant.value?.attributes ?? []}
          builtIn={assistant.value?.state === 'built_in'}
          change={change}
        />
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={6} of="the assistant" />
      )}
    </div>
  );
}
