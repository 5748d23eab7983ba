import { useEffect, useId, useState } from 'preact/hooks';
import { type Lead, listCustomers } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { t } from '../i18n';
import { VerifiedMark } from '../parts/verified';

const TYPING_PAUSE_MS = 250;
const SHOWN = 6;

interface Props {
  chatId: string;
  chosen: Lead | null;
  disabled: boolean;
  onChoose: (lead: Lead | null) => void;
}

/** As whom the assistant is talked to: nobody in particular, or one of the chat's customers. */
export function AsWhom({ chatId, chosen, disabled, onChoose }: Props) {
  const id = useId();
  const [looking, setLooking] = useState(chosen !== null);
  return (
    <fieldset class="choices as-whom" disabled={disabled}>
      <legend>{t('You are')}</legend>
      <label>
        <input
          type="radio"
          name={id}
          checked={!looking}
          onChange={() => {
            setLooking(false);
            onChoose(null);
          }}
        />
        {t('a visitor who is not signed in')}
      </label>
      <label>
        <input type="radio" name={id} checked={looking} onChange={() => setLooking(true)} />
        {t('a customer who is signed in')}
      </label>
      {looking && <FindCustomer chatId={chatId} chosen={chosen} onChoose={onChoose} />}
    </fieldset>
  );
}

function FindCustomer({ chatId, chosen, onChoose }: Omit<Props, 'disabled'>) {
  const id = useId();
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<readonly Lead[] | null>(null);
  const { error, run } = useAction();
  useEffect(() => {
    if (chosen) return;
    const flight = new AbortController();
    const timer = setTimeout(
      () =>
        void run(async () => {
          const only = { verified: true };
          const page = await listCustomers(chatId, query.trim(), only, null, flight.signal);
          setFound(page.customers.slice(0, SHOWN));
        }).catch(() => {}),
      TYPING_PAUSE_MS,
    );
    return () => {
      clearTimeout(timer);
      flight.abort();
    };
  }, [chatId, query, chosen]);
  if (chosen) {
    return (
      <p class="as-customer">
        <VerifiedMark />
        <strong dir="auto">{chosen.full_name || chosen.email}</strong>
        {chosen.full_name && <span class="soft">{chosen.email}</span>}
        <button type="button" class="button small" onClick={() => onChoose(null)}>
          {t('Somebody else')}
        </button>
      </p>
    );
  }
  return (
    <div class="field">
      <label for={id}>{t('Customer')}</label>
      <input
        id={id}
        class="input"
        type="search"
        autocomplete="off"
        placeholder={t('Name or email')}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <ActionError error={error} />
      <p role="status" class={found?.length === 0 ? 'soft' : 'unseen'}>
        {found &&
          t(
            '{count, plural, =0 {No customer found.} one {# customer found.} other {# customers found.}}',
            {
              count: found.length,
            },
          )}
      </p>
      {found && found.length > 0 && (
        <ul class="found-customers">
          {found.map((lead) => (
            <li key={lead.id}>
              <button type="button" class="button" onClick={() => onChoose(lead)}>
                <strong dir="auto">{lead.full_name || lead.email}</strong>
                {lead.full_name && <span class="soft">{lead.email}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
