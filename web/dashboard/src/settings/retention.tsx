import { useEffect, useId, useState } from 'preact/hooks';
import { type Retention, readRetention, type SettingsValues } from '../../../api/dashboard';
import { figure } from '../format';
import { msg, rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { Ago } from '../parts/time';
import { useResource } from '../resource';
import { mayChange } from '../session';
import { SettingsFrame, type SettingsProps, useSettingsForm } from './form';
import {
  changesOf,
  daysOf,
  type Field,
  fieldNamed,
  formOf,
  problemsOf,
  type RetentionForm,
} from './retention-form';

const SHAPE = {
  formOf,
  changesOf,
  problemsOf,
  fieldNamed,
  saved: msg('How long things are kept is saved.'),
};
const TYPING_PAUSE_MS = 300;

interface Props extends SettingsProps {
  chatId: string;
  /** What must be typed before anything is deleted. */
  chatName: string;
}

/** After how many days conversations and typed leads are deleted, with what that would be now. */
export function RetentionSection({ chatId, chatName, ...props }: Props) {
  const of = useSettingsForm<RetentionForm, Field>(SHAPE, props);
  const { form, set, problems, changes, dirty } = of;
  const forecast = useForecast(chatId, form, JSON.stringify(SHAPE.formOf(props.settings)));
  const [asking, setAsking] = useState(false);
  /** The settings before the last change, as long as it can be taken back. */
  const [before, setBefore] = useState<SettingsValues | null>(null);
  const keep = () => {
    const held = Object.keys(changes).map((name) => [name, props.settings[name] ?? null]);
    setBefore(Object.fromEntries(held) as SettingsValues);
  };
  const isDeleting = Object.values(changes).some((days) => days !== null);
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (dirty && isDeleting && Object.keys(problemsOf(form)).length === 0) {
      setAsking(true);
      return;
    }
    if (dirty) keep();
    of.save(event);
  };
  return (
    <section class="card section" aria-labelledby="retention-heading">
      <h2 id="retention-heading">{t('How long things are kept')}</h2>
      <p class="soft">
        {t(
          'Everything is kept, unless you say for how long. What is older is then deleted for good, hour by hour. The counts under Analytics stay, and so does the record, which names nobody.',
        )}
      </p>
      <SettingsFrame
        of={{ ...of, save }}
        legend={t('How long things are kept')}
        label={t('Save how long')}
      >
        <Days
          label={t('Conversations, in days after the last message')}
          hint={t(
            'With their messages and notes. Purchases stay counted, without what was bought.',
          )}
          value={form.conversations}
          problem={problems.conversations}
          onChange={(conversations) => set({ conversations })}
        />
        <Days
          label={t('What visitors typed about themselves, in days after they last did anything')}
          hint={t(
            'Customers whom your shop signed in are not among them: erase those under Contacts.',
          )}
          value={form.leads}
          problem={problems.leads}
          onChange={(leads) => set({ leads })}
        />
      </SettingsFrame>
      <p role="status">{dirty && forecast && <Would forecast={forecast} />}</p>
      {!dirty && forecast && <Stands forecast={forecast} />}
      {before && !dirty && mayChange.value && (
        <div class="button-row">
          <button
            type="button"
            class="button"
            disabled={of.action.busy}
            onClick={() => {
              of.give(before);
              setBefore(null);
            }}
          >
            {t('Take the last change back')}
          </button>
        </div>
      )}
      {asking && (
        <Confirm
          title={t('Delete what is older?')}
          verb={t('Delete what is older')}
          verbing={t('Saving…')}
          keep={t('Keep everything')}
          danger
          typed={{
            text: chatName,
            label: t('Type the chat’s name, {name}, to confirm', { name: chatName }),
          }}
          act={async () => {
            keep();
            of.give(changes);
          }}
          onClose={() => setAsking(false)}
        >
          <p>{forecast && <Would forecast={forecast} />}</p>
          <p>
            {t(
              'Deleting begins in an hour; until then you can take it back here. Afterwards only your backups have it.',
            )}
          </p>
        </Confirm>
      )}
    </section>
  );
}

interface DaysProps {
  label: string;
  hint: string;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}

function Days({ label, hint, value, problem, onChange }: DaysProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input days"
        inputMode="numeric"
        autocomplete="off"
        placeholder={t('For ever')}
        value={value}
        aria-describedby={`${id}-hint ${id}-problem`}
        aria-invalid={problem !== undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="soft" id={`${id}-hint`}>
        {hint}
      </p>
      <div id={`${id}-problem`} role="alert">
        {problem && <p class="field-error">{problem}</p>}
      </div>
    </div>
  );
}

/** What the rule that is typed would delete now; asked for when the typing rests, and anew when another one was saved. */
function useForecast(chatId: string, form: RetentionForm, saved: string): Retention | undefined {
  const fits = Object.keys(problemsOf(form)).length === 0;
  const wanted = fits ? `${saved} ${form.conversations.trim()} ${form.leads.trim()}` : null;
  const [key, setKey] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setKey(wanted), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const rule = { conversations: daysOf(form.conversations), leads: daysOf(form.leads) };
  const forecast = useResource(key === null ? null : `retention ${chatId} ${key}`, (signal) =>
    readRetention(chatId, rule, signal),
  );
  return key === wanted ? forecast.value : undefined;
}

function Would({ forecast: { conversations, leads, most_counted } }: { forecast: Retention }) {
  const shown = (count: number) => (count >= most_counted ? `${figure(count)}+` : figure(count));
  return t('Now that would delete {conversations} conversations and {leads} typed leads.', {
    conversations: shown(conversations),
    leads: shown(leads),
  });
}

function Stands({ forecast }: { forecast: Retention }) {
  const { due_at, deleted_at, deleted_conversations, deleted_leads } = forecast;
  if (due_at === null) return <p class="soft">{t('Nothing is deleted by itself.')}</p>;
  if (deleted_at === null)
    return <p class="soft">{t('Nothing was old enough to be deleted yet.')}</p>;
  return (
    <p class="soft">
      {rich('{conversations} conversations and {leads} typed leads were deleted {ago}.', {
        conversations: figure(deleted_conversations),
        leads: figure(deleted_leads),
        ago: <Ago at={deleted_at} />,
      })}
    </p>
  );
}
