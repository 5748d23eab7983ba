import { useId, useState } from 'preact/hooks';
import { callAsProgram, type ProgramAnswer } from '../../../api/integrations';
import { t } from '../i18n';
import { CallShown } from './call-shown';

interface Props {
  chatId: string;
  of: 'backend' | 'zapier';
  /** A key that was just made, and need not be typed. */
  issued: string | null;
  tried: () => void;
}

/** Calls the service as a program would, from this page, and shows what comes back. */
export function TryKey({ chatId, of, issued, tried }: Props) {
  const [key, setKey] = useState(issued ?? '');
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<ProgramAnswer | 'unreachable' | null>(null);
  const id = useId();
  const go = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !key.trim()) return;
    setBusy(true);
    setAnswer(null);
    try {
      setAnswer(await ask(chatId, of, key.trim()));
    } catch {
      setAnswer('unreachable');
    } finally {
      setBusy(false);
      tried();
    }
  };
  return (
    <div class="try">
      <h3>{t('Try a key')}</h3>
      <form class="form" onSubmit={go}>
        <div class="field">
          <label for={id}>{t('API key')}</label>
          <p class="soft" id={`${id}-hint`}>
            {t('The call is made from this page, as a program makes it. The key is not kept.')}
          </p>
          <input
            id={id}
            class="input"
            type="password"
            autocomplete="off"
            spellcheck={false}
            aria-describedby={`${id}-hint`}
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </div>
        <div class="button-row">
          <button type="submit" class="button" disabled={busy || !key.trim()}>
            {busy ? t('Calling…') : t('Send a test call')}
          </button>
        </div>
      </form>
      <div role="status">
        {answer === 'unreachable' && <p class="field-error">{t('The service did not answer.')}</p>}
        {answer && answer !== 'unreachable' && (
          <CallShown
            name={of === 'backend' ? t('Backend API') : 'Zapier'}
            good={answer.status < 300}
            verdict={
              answer.status < 300
                ? t('It works: the service accepts this key.')
                : t('The service refuses this key.')
            }
            request={answer.request}
            status={answer.status}
            milliseconds={answer.milliseconds}
            response={answer.body}
          />
        )}
      </div>
    </div>
  );
}

function ask(chatId: string, of: 'backend' | 'zapier', key: string): Promise<ProgramAnswer> {
  if (of === 'backend') {
    const path = '/api/integrations/backend_api/v1/chats';
    const shown = `GET ${path}\nAuthorization: Bearer ***`;
    return callAsProgram(path, { bearer: key, shown });
  }
  const path = '/api/integrations/zapier/test_connection';
  const query = new URLSearchParams({ chat_id: chatId, api_key: key });
  return callAsProgram(`${path}?${query}`, {
    shown: `GET ${path}?chat_id=${encodeURIComponent(chatId)}&api_key=***`,
  });
}
