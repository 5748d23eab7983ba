import { useId, useState } from 'preact/hooks';
import { type Excerpt, searchKnowledge } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { t } from '../i18n';

/** With less of the question in it, the built-in assistant does not take an excerpt for an answer. */
const LEAST_SHARE = 50;

/** A question, and what the assistant would find for it. */
export function TryKnowledge({ chatId }: { chatId: string }) {
  const { busy, error, run } = useAction();
  const [question, setQuestion] = useState('');
  const [found, setFound] = useState<Excerpt[]>();
  const id = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !question.trim()) return;
    void run(async () => setFound(await searchKnowledge(chatId, question.trim())));
  };
  const good = found?.filter((excerpt) => excerpt.share >= LEAST_SHARE) ?? [];
  return (
    <div class="try">
      <form class="form" onSubmit={submit}>
        <div class="field">
          <label for={id}>{t('Try a question')}</label>
          <div class="add-row">
            <input
              id={id}
              class="input"
              maxLength={500}
              placeholder={t('How do I return something?')}
              value={question}
              onInput={(event) => setQuestion(event.currentTarget.value)}
            />
            <button type="submit" class="button" disabled={busy || !question.trim()}>
              {busy ? t('Searching…') : t('Search')}
            </button>
          </div>
        </div>
        <ActionError error={error} />
      </form>
      <p role="status" class={found ? 'soft' : 'unseen'}>
        {found && outcome(found.length, good.length)}
      </p>
      {found && found.length > 0 && (
        <ol class="excerpts">
          {found.map((excerpt) => (
            <li key={`${excerpt.title} ${excerpt.text}`}>
              <p class="excerpt-source">
                {excerpt.url ? (
                  <a href={excerpt.url} target="_blank" rel="noopener noreferrer">
                    {excerpt.title}
                  </a>
                ) : (
                  <strong>{excerpt.title}</strong>
                )}
                {excerpt.heading && excerpt.heading !== excerpt.title && (
                  <span class="soft">{excerpt.heading}</span>
                )}
                {excerpt.page !== null && (
                  <span class="soft">{t('page {page}', { page: excerpt.page })}</span>
                )}
                <span class="badge">{t('{share} of 100', { share: excerpt.share })}</span>
              </p>
              <blockquote>{excerpt.text}</blockquote>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function outcome(found: number, good: number): string {
  if (found === 0) return t('Nothing is found: the assistant would say so.');
  if (good === 0) {
    return t(
      'Only little of the question is found: the built-in assistant would say that it finds nothing.',
    );
  }
  return t('What the assistant would go by, the best first:');
}
