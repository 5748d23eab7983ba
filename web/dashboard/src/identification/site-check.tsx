import { useId, useState } from 'preact/hooks';
import { checkSite, type Finding, type SiteCheck } from '../../../api/integrations';
import { ActionError, useAction } from '../action';
import { msg, t } from '../i18n';
import { CodeBlock } from '../parts/code-block';
import { Icon } from '../parts/icon';
import { said } from '../said';

/** Looks at a page of the shop, and says what keeps the chat from working in it. */
export default function SiteCheckForm({ chatId, origin }: { chatId: string; origin: string }) {
  const [url, setUrl] = useState(origin);
  const [found, setFound] = useState<SiteCheck | null>(null);
  const { busy, error, run } = useAction();
  const id = useId();
  const check = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !url.trim()) return;
    setFound(null);
    void run(async () => setFound(await checkSite(chatId, url.trim())));
  };
  return (
    <div class="site-check">
      <form class="form" onSubmit={check}>
        <div class="field">
          <label for={id}>{t('Address of a page of your shop')}</label>
          <p class="soft" id={`${id}-hint`}>
            {t(
              'The service fetches it, looks for the tag, and reads the page’s Content-Security-Policy.',
            )}
          </p>
          <input
            id={id}
            class="input"
            type="text"
            inputMode="url"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            placeholder="https://shop.example/"
            aria-describedby={`${id}-hint`}
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </div>
        <div class="button-row">
          <button type="submit" class="button" disabled={busy || !url.trim()}>
            {busy ? t('Looking…') : t('Check my site')}
          </button>
        </div>
        <ActionError error={error} />
      </form>
      <div role="status">
        {found && (
          <ul class="checks">
            {found.findings.map((finding) => (
              <FindingRow key={finding.code} finding={finding} />
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

const GRADES: Readonly<Record<string, string>> = {
  good: msg('right'),
  bad: msg('wrong'),
  hint: msg('not sure'),
};
const OUTCOMES: Readonly<Record<string, string>> = { good: 'passed', bad: 'failed' };

function FindingRow({ finding: { code, grade, message, detail } }: { finding: Finding }) {
  return (
    <li class="check" data-outcome={OUTCOMES[grade] ?? 'skipped'}>
      <span class="check-mark" aria-hidden="true">
        {grade === 'good' && <Icon name="check" />}
        {grade === 'bad' && <Icon name="close" />}
      </span>
      <div>
        <p>
          {said(message)} <span class="unseen">{t(GRADES[grade] ?? grade)}</span>
        </p>
        {detail &&
          (code === 'script_src' || code === 'connect_src' ? (
            <CodeBlock
              code={detail}
              name={t('what to add, {directive}', { directive: detail.split(' ')[0] ?? '' })}
              wrap
            />
          ) : (
            <code>{detail}</code>
          ))}
      </div>
    </li>
  );
}
