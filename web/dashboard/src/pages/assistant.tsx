import { useState } from 'preact/hooks';
import { readAssistant, type SettingsValues } from '../../../api/dashboard';
import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { Behaviour } from '../assistant/behaviour';
import { ModelSection } from '../assistant/model';
import { TestChat } from '../assistant/test-chat';
import { t } from '../i18n';
import { KnowledgeSection } from '../knowledge/knowledge';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { usePolling } from '../polling';
import { useResource } from '../resource';
import { mayChange } from '../session';
import { useSettings } from '../settings/use-settings';
import '../styles/integrations.css';
import '../styles/identification.css';
import '../styles/assistant.css';
import '../styles/knowledge.css';

/** What the assistant is told and knows, and how its model does. Each section is a file of `../assistant`. */
export default function AssistantPage({ params, chat }: PageProps) {
  useTitle(t('Assistant'), chat.value?.chat.name);
  const chatId = params.chat ?? '';
  const heading = useArrival();
  const { settings, change } = useSettings(chatId);
  const { value, error, reload } = settings;
  const assistant = useResource(`assistant ${chatId}`, (signal) => readAssistant(chatId, signal));
  usePolling(assistant.reload);
  const [draft, setDraft] = useState<SettingsValues>({});
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('Assistant')}
        </h1>
        <p class="soft">{t('Who answers your visitors, and what it goes by.')}</p>
      </div>
      {value && (assistant.value || assistant.error) ? (
        <>
          {assistant.value && <ModelSection assistant={assistant.value} />}
          <Behaviour
            settings={value}
            seen={assistant.value?.attributes ?? []}
            builtIn={assistant.value?.state === 'built_in'}
            change={change}
            onDraft={setDraft}
          />
          {mayChange.value && <TestChat chatId={chatId} draft={draft} />}
          {/* Last: its list grows as it is read, and moves nothing. */}
          <KnowledgeSection chatId={chatId} />
        </>
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={6} of={t('the assistant')} />
      )}
    </div>
  );
}
