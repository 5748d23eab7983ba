import { listKnowledge, recrawlAll } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { counted, figure } from '../format';
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
      announce(`${counted(begun, 'address', 'addresses')} will be read again.`);
      await reload();
    });
  return (
    <section class="card section" aria-labelledby="knowledge-heading">
      <h2 id="knowledge-heading">Knowledge</h2>
      <p class="soft">
        What the assistant answers questions from: your delivery times, returns, care, sizes. It
        shows where an answer is from, and says so when it finds none.
      </p>
      {mayChange.value && <AddKnowledge chatId={chatId} added={reload} />}
      {value === undefined ? (
        error ? (
          <Failure error={error} retry={reload} />
        ) : (
          <Skeleton rows={3} of="the knowledge" />
        )
      ) : value.sources.length === 0 ? (
        <p class="knowledge-none">
          <strong>There is nothing to read up yet.</strong> Add the page of your returns policy, and
          try a question.
        </p>
      ) : (
        <>
          <ul class="sources" aria-label="What it may read up">
            {value.sources.map((source) => (
              <SourceRow key={source.id} chatId={chatId} source={source} changed={reload} />
            ))}
          </ul>
          <div class="knowledge-foot">
            <p class="soft">
              {figure(value.totals.documents)} of at most{' '}
              {counted(value.totals.most_documents, 'document')}, {size(value.totals.bytes)} of at
              most {size(value.totals.most_bytes)}
            </p>
            {mayChange.value && value.sources.some((source) => source.url !== null) && (
              <button
                type="button"
                class="button"
                disabled={again.busy || busy}
                onClick={readAgain}
              >
                Read all addresses again
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
