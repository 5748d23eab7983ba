import { useEffect, useState } from 'preact/hooks';
import {
  type KnowledgeDetail,
  type KnowledgeSource,
  readSource,
  recrawlSource,
  removeSource,
  stopSource,
} from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { Ago } from '../parts/time';
import { mayChange } from '../session';
import { isBusy, kindOf, progressOf } from './words';

interface Props {
  chatId: string;
  source: KnowledgeSource;
  changed: () => Promise<unknown>;
}

/** A text, a file or an address, with how far it is. */
export function SourceRow({ chatId, source, changed }: Props) {
  const [removing, setRemoving] = useState(false);
  const action = useAction();
  const busy = isBusy(source);
  const act = (work: () => Promise<unknown>) =>
    action.run(async () => {
      await work();
      await changed();
    });
  return (
    <li class="source">
      <div class="source-head">
        <div class="source-name">
          <strong>{source.name}</strong>
          <span class="badge">{kindOf(source)}</span>
        </div>
        {mayChange.value && (
          <div class="button-row">
            {busy && (
              <button
                type="button"
                class="button small"
                disabled={action.busy}
                onClick={() => act(() => stopSource(chatId, source.id))}
              >
                {t('Stop')}
                <span class="unseen">{source.name}</span>
              </button>
            )}
            {source.url !== null && !busy && (
              <button
                type="button"
                class="button small"
                disabled={action.busy}
                onClick={() => act(() => recrawlSource(chatId, source.id))}
              >
                {t('Read again')}
                <span class="unseen">{source.name}</span>
              </button>
            )}
            <button
              type="button"
              class="button small danger"
              disabled={action.busy}
              onClick={() => setRemoving(true)}
            >
              {t('Remove')}
              <span class="unseen">{source.name}</span>
            </button>
          </div>
        )}
      </div>
      <p class={source.state === 'failed' ? 'source-state bad' : 'source-state soft'}>
        {progressOf(source)}
        {!busy && (
          <>
            {' · '}
            <Ago at={source.changed_at} />
          </>
        )}
      </p>
      {busy && source.found > 0 && (
        <progress
          value={source.read + source.failed}
          max={source.found}
          aria-label={t('Pages of {name}', { name: source.name })}
        />
      )}
      {source.note && <p class="source-note">{sentence(source.note)}</p>}
      {source.url !== null && source.found > 0 && <Documents chatId={chatId} source={source} />}
      <ActionError error={action.error} />
      {removing && (
        <Confirm
          title={t('Remove it?')}
          verb={t('Remove')}
          verbing={t('Removing…')}
          keep={t('Keep it')}
          danger
          act={async () => {
            await removeSource(chatId, source.id);
            announce(t('{name} is removed.', { name: source.name }));
            await changed();
          }}
          onClose={() => setRemoving(false)}
        >
          <p>
            {rich(
              '{name} and all that was read there are deleted. From then on the assistant says nothing of it.',
              { name: <strong>{source.name}</strong> },
            )}
          </p>
        </Confirm>
      )}
    </li>
  );
}

/** The pages of an address, those that failed first; fetched when they are wanted, and as they change. */
function Documents({ chatId, source }: { chatId: string; source: KnowledgeSource }) {
  const [open, setOpen] = useState(false);
  const [detail, setDetail] = useState<KnowledgeDetail>();
  const stage = `${source.state} ${source.read} ${source.failed} ${source.found}`;
  // Another stage has other documents.
  useEffect(() => {
    if (!open) return;
    const flight = new AbortController();
    readSource(chatId, source.id, flight.signal)
      .then(setDetail)
      .catch(() => {});
    return () => flight.abort();
  }, [open, chatId, source.id, stage]);
  return (
    <details class="disclosure" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{source.failed > 0 ? t('Pages, and why some failed') : t('Pages')}</summary>
      {detail && (
        <ul class="documents">
          {detail.documents.map((document) => (
            <li key={document.id}>
              <a href={document.url ?? ''} target="_blank" rel="noopener noreferrer">
                {document.title || document.url}
              </a>
              {document.reason ? (
                <span class={document.state === 'failed' ? 'bad' : 'soft'}>
                  {sentence(document.reason)}
                </span>
              ) : (
                document.state === 'found' && <span class="soft">{t('Not read yet')}</span>
              )}
            </li>
          ))}
          {detail.meta.total > detail.documents.length && (
            <li class="soft">
              {t('and {count} more', { count: detail.meta.total - detail.documents.length })}
            </li>
          )}
        </ul>
      )}
    </details>
  );
}

function sentence(english: string): string {
  const text = t(english);
  const ends = /[.!?؟]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${ends}`;
}
