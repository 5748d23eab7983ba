import { useId, useState } from 'preact/hooks';
import type { SettingsValues } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { mayChange } from '../session';
import {
  changesOf,
  FIELDS,
  type Field,
  formOf,
  MODES,
  type Mode,
  problemOf,
  type VisitorsForm,
} from './visitors-form';

interface Props {
  settings: SettingsValues;
  change: (changes: SettingsValues) => Promise<SettingsValues>;
}

const MODE_LABELS: Record<Mode, [label: string, hint: string]> = {
  off: ['Never', 'the chat begins at once'],
  before_chat: ['Before the chat', 'nothing can be written until it is filled in'],
  after_first_message: [
    'After the first message',
    'the question comes first, and the form can be put off',
  ],
};

const FIELD_LABELS: Record<Field, string> = {
  first_name: 'First name',
  last_name: 'Last name',
  phone_number: 'Phone number',
  email_marketing_consent: 'Consent to news and offers by email',
};

/** Whom the chat asks who they are, and on which websites it is. */
export function Visitors({ settings, change }: Props) {
  const saved = formOf(settings);
  const [form, setForm] = useState<VisitorsForm>(saved);
  const action = useAction();
  const changes = changesOf(saved, form);
  const dirty = Object.keys(changes).length > 0;
  const problem = problemOf(form);
  const set = (next: Partial<VisitorsForm>) => setForm({ ...form, ...next });
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy || !dirty || problem) return;
    void action.run(async () => {
      setForm(formOf(await change(changes)));
      announce('The settings are saved. Open chats follow at once.');
    });
  };
  return (
    <form class="form rules" onSubmit={save} noValidate>
      <fieldset class="form" disabled={!mayChange.value}>
        <legend class="unseen">Visitors</legend>
        <LeadForm form={form} set={set} />
        <Origins value={form.origins} problem={problem} set={set} />
      </fieldset>
      {mayChange.value && (
        <div class="button-row">
          <button type="submit" class="button primary" disabled={action.busy || !dirty}>
            {action.busy ? 'Saving…' : 'Save'}
          </button>
          <button
            type="button"
            class="button"
            disabled={!dirty || action.busy}
            onClick={() => setForm(saved)}
          >
            Undo changes
          </button>
        </div>
      )}
      <ActionError error={action.error} />
    </form>
  );
}

interface PartProps {
  set: (next: Partial<VisitorsForm>) => void;
}

function LeadForm({ form, set }: PartProps & { form: VisitorsForm }) {
  const toggle = (field: Field, on: boolean) =>
    set({ fields: FIELDS.filter((one) => (one === field ? on : form.fields.includes(one))) });
  return (
    <section class="card section" aria-labelledby="lead-form-heading">
      <h2 id="lead-form-heading">Lead form</h2>
      <p class="soft">
        Asks visitors for their email address. Customers who are signed in to your shop never see
        it: who they are is known, and proven.
      </p>
      <fieldset class="choices">
        <legend>Show it</legend>
        {MODES.map((mode) => (
          <label key={mode}>
            <input
              type="radio"
              name="lead-form-mode"
              checked={form.mode === mode}
              onChange={() => set({ mode })}
            />
            <span>
              {MODE_LABELS[mode][0]} <span class="soft">– {MODE_LABELS[mode][1]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {form.mode !== 'off' && (
        <fieldset class="choices">
          <legend>Beside the email, ask for</legend>
          {FIELDS.map((field) => (
            <label key={field}>
              <input
                type="checkbox"
                checked={form.fields.includes(field)}
                onChange={(event) => toggle(field, event.currentTarget.checked)}
              />
              {FIELD_LABELS[field]}
            </label>
          ))}
        </fieldset>
      )}
    </section>
  );
}

function Origins({ value, problem, set }: PartProps & { value: string; problem: string | null }) {
  const id = useId();
  return (
    <section class="card section" aria-labelledby="origins-heading">
      <h2 id="origins-heading">Websites</h2>
      <div class="field">
        <label for={id}>Allowed origins</label>
        <textarea
          id={id}
          class="input"
          rows={3}
          autocapitalize="off"
          spellcheck={false}
          placeholder="https://shop.example"
          value={value}
          aria-describedby={`${id}-hint ${id}-problem`}
          aria-invalid={problem !== null}
          onInput={(event) => set({ origins: event.currentTarget.value })}
        />
        <p class="soft" id={`${id}-hint`}>
          The websites whose pages may use this chat, one a line. Empty means any. Pages elsewhere
          are refused.
        </p>
        <div id={`${id}-problem`} role="alert">
          {problem && <p class="field-error">{problem}</p>}
        </div>
      </div>
    </section>
  );
}
