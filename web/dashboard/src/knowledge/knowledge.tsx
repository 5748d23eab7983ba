import { listKnowledge, recrawlAll } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { figure } from '../format';
import { rich, t } from '../i18n';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { usePolling } from '../polling';
import { useResource } from '../resource';
import { mayChange } from '../session';
import { AddKnowledge } from './add';
import { SourceRow } from './source';
import { TryKnowledge } from './try';
import { isBusy, size } from './words';

// While pages are read, somebody may be watching.
const BUSY_MS = 1_500;
const QUIET_MS = 10_000;

/** What the assistant may read up: adding to it, how far it is, and what a question finds. */
export function KnowledgeSection({ chatId }: { chatId: string }) {
  const knowledge = useResource(`knowledge ${chatId}`, (signal) => listKnowledge(chatId, signal));
  const { value, error, reload } = knowledge;
  const busy = value?.sources.some(isBusy) ?? false;
  usePolling(reload, busy ? BUSY_MS : QUIET_MS);
  const again = useAction();
  const readAgain = () =>
    again.run(async () => {
      const begun = await recrawlAll(chatId);
      announce(
        t(
          '{count, plural, one {# address will be read again.} other {# addresses will be read again.}}',
          { count: begun },
        ),
      );
      await reload();
    });
  return (
    <section class="card section" aria-labelledby="knowledge-heading">
      <h2 id="knowledge-heading">{t('Knowledge')}</h2>
      <p class="soft">
        {t(
          'What the assistant answers questions from: your delivery times, returns, care, sizes. It shows where an answer is from, and says so when it finds none.',
        )}
      </p>
      {mayChange.value && <AddKnowledge chatId={chatId} added={reload} />}
      {value === undefined ? (
        error ? (
          <Failure error={error} retry={reload} />
        ) : (
          <Skeleton rows={3} of={t('the knowledge')} />
        )
      ) : value.sources.length === 0 ? (
        <p class="knowledge-none">
          {rich('{nothing} Add the page of your returns policy, and try a question.', {
            nothing: <strong>{t('There is nothing to read up yet.')}</strong>,
          })}
        </p>
      ) : (
        <>
          <ul class="sources" aria-label={t('What it may read up')}>
            {value.sources.map((source) => (
              <SourceRow key={source.id} chatId={chatId} source={source} changed={reload} />
            ))}
          </ul>
          <div class="knowledge-foot">
            <p class="soft">
              {t(
                '{documents} of at most {mostDocuments} documents, {bytes} of at most {mostBytes}',
                {
                  documents: figure(value.totals.documents),
                  mostDocuments: figure(value.totals.most_documents),
                  bytes: size(value.totals.bytes),
                  mostBytes: size(value.totals.most_bytes),
                },
              )}
            </p>
            {mayChange.value && value.sources.some((source) => source.url !== null) && (
              <button
                type="button"
                class="button"
                disabled={again.busy || busy}
                onClick={readAgain}
              >
                {t('Read all addresses again')}
              </button>
            )}
          </div>
          <ActionError error={again.error} />
          <TryKnowledge chatId={chatId} />
        </>
      )}
    </section>
  );
}
