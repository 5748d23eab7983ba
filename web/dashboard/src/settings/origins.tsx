import { useId, useState } from 'preact/hooks';
import { type CallingOrigin, listOrigins } from '../../../api/dashboard';
import { msg, rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { Icon } from '../parts/icon';
import { Ago } from '../parts/time';
import { usePolling } from '../polling';
import { type Resource, useResource } from '../resource';
import { mayChange } from '../session';
import { SettingsFrame, type SettingsProps, useSettingsForm } from './form';
import { changesOf, formOf, originOf, problemOf, shutOut } from './origins-form';

const SHAPE = {
  formOf,
  changesOf,
  saved: msg('The websites are saved. Open pages follow at once.'),
};
const EVERY_MS = 20_000;

/** Which websites call now, looked up again and again. */
export function useCalling(chatId: string): Resource<CallingOrigin[]> {
  const calling = useResource(`origins ${chatId}`, (signal) => listOrigins(chatId, signal));
  usePolling(calling.reload, EVERY_MS);
  return calling;
}

/** Which websites may have the chat on their pages, and which call now. */
export function Origins({
  calling,
  ...props
}: SettingsProps & { calling: Resource<CallingOrigin[]> }) {
  const of = useSettingsForm(SHAPE, props);
  const { origins } = of.form;
  const out = shutOut(
    origins,
    (calling.value ?? []).map(({ origin }) => origin),
  );
  const [asking, setAsking] = useState(false);
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (of.dirty && out.length > 0) setAsking(true);
    else of.save(event);
  };
  const change = (next: readonly string[]) => of.set({ origins: next });
  return (
    <section class="card section" aria-labelledby="origins-heading">
      <h2 id="origins-heading">{t('Allowed origins')}</h2>
      <p class="soft">
        {t(
          'The websites whose pages may have this chat. Without any, every website may: a token still decides who is identified.',
        )}
      </p>
      <SettingsFrame
        of={{ ...of, save }}
        legend={t('Allowed origins')}
        label={t('Save the websites')}
      >
        <OriginList origins={origins} onChange={change} />
        {of.dirty && out.length > 0 && (
          <div class="notice warn" role="status">
            <Icon name="warning" />
            <p>
              {t('Pages of these websites call now and would be shut out: {list}', {
                list: out.join(', '),
              })}
            </p>
          </div>
        )}
      </SettingsFrame>
      <Calling
        calling={calling.value ?? []}
        origins={origins}
        onAdd={(origin) => change([...origins, origin])}
      />
      {asking && (
        <Confirm
          title={t('Shut them out?')}
          verb={t('Shut them out')}
          verbing={t('Saving…')}
          keep={t('Go back')}
          danger
          act={async () => of.give(of.changes)}
          onClose={() => setAsking(false)}
        >
          <p>{t('The chat disappears from pages of these websites, for everybody, at once:')}</p>
          <ul>
            {out.map((origin) => (
              <li key={origin}>
                <code>{origin}</code>
              </li>
            ))}
          </ul>
        </Confirm>
      )}
    </section>
  );
}

interface ListProps {
  origins: readonly string[];
  onChange: (origins: readonly string[]) => void;
}

function OriginList({ origins, onChange }: ListProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const add = () => {
    const why = problemOf(text, origins);
    setProblem(why);
    const origin = originOf(text);
    if (why || !origin) return;
    onChange([...origins, origin]);
    setText('');
  };
  return (
    <div class="field">
      <label for={id}>{t('Website')}</label>
      {origins.length > 0 ? (
        <ul class="chips" aria-label={t('Allowed origins')}>
          {origins.map((origin) => (
            <li key={origin} class="chip">
              <code>{origin}</code>
              <button
                type="button"
                class="chip-remove"
                aria-label={t('Remove {origin}', { origin })}
                onClick={() => onChange(origins.filter((kept) => kept !== origin))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p class="soft">{t('Any website.')}</p>
      )}
      <div class="add-row">
        <input
          id={id}
          class="input"
          inputMode="url"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder="https://shop.example"
          value={text}
          aria-describedby={`${id}-problem`}
          aria-invalid={problem !== null}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setProblem(null);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !text.trim()) return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" class="button" disabled={!text.trim()} onClick={add}>
          {t('Add')}
        </button>
      </div>
      <div id={`${id}-problem`} role="alert">
        {problem && <p class="field-error">{problem}</p>}
      </div>
    </div>
  );
}

interface CallingProps {
  calling: readonly CallingOrigin[];
  origins: readonly string[];
  onAdd: (origin: string) => void;
}

/** From where pages called since the service began. */
function Calling({ calling, origins, onAdd }: CallingProps) {
  return (
    <div class="calling">
      <h3>{t('Pages that call')}</h3>
      {calling.length === 0 ? (
        <p class="soft">{t('No page has called since the service began.')}</p>
      ) : (
        <ul>
          {calling.map(({ origin, last_at, allowed }) => (
            <li key={origin}>
              <code>{origin}</code>
              <span class={allowed ? 'badge good' : 'badge bad'}>
                {allowed ? t('allowed') : t('shut out')}
              </span>
              <span class="soft">{rich('called {ago}', { ago: <Ago at={last_at} /> })}</span>
              {mayChange.value && !origins.includes(origin) && (
                <button type="button" class="button small" onClick={() => onAdd(origin)}>
                  {t('Add')}
                  <span class="unseen">{origin}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
