import { useId, useState } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import type { SettingsValues } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { explain } from '../explain';
import { mayChange } from '../session';
import { AttributesField } from './attributes-field';
import {
  type BehaviourForm,
  changesOf,
  characters,
  type Field,
  fieldNamed,
  formOf,
  MOST_INSTRUCTIONS,
  problemsOf,
} from './behaviour-form';

interface Props {
  settings: SettingsValues;
  /** Names that attributes of this chat's customers have had. */
  seen: readonly string[];
  change: (changes: SettingsValues) => Promise<SettingsValues>;
}

/** What the merchant tells the assistant, and what it may see and link to. */
export function Behaviour({ settings, seen, change }: Props) {
  const saved = formOf(settings);
  const [form, setForm] = useState<BehaviourForm>(saved);
  const [refused, setRefused] = useState<Partial<Record<Field, string>>>({});
  const [touched, setTouched] = useState(false);
  const action = useAction();
  const changes = changesOf(saved, form);
  const dirty = Object.keys(changes).length > 0;
  const problems = { ...refused, ...(touched ? problemsOf(form) : {}) };
  const set = (next: Partial<BehaviourForm>) => {
    setForm({ ...form, ...next });
    setRefused({});
  };
  const give = async () => {
    try {
      setForm(formOf(await change(changes)));
      setTouched(false);
      announce('The assistant’s settings are saved.');
    } catch (failure) {
      const field = failure instanceof ApiError ? fieldNamed(failure.message) : null;
      if (!field || !(failure instanceof ApiError)) throw failure;
      setRefused({ [field]: explain(failure).advice });
    }
  };
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    setTouched(true);
    if (action.busy || !dirty || Object.keys(problemsOf(form)).length > 0) return;
    void action.run(give);
  };
  return (
    <section class="card section" aria-labelledby="behaviour-heading">
      <h2 id="behaviour-heading">What it is told</h2>
      <form class="form rules" onSubmit={save} noValidate>
        <fieldset disabled={!mayChange.value}>
          <legend class="unseen">What the assistant is told</legend>
          <Instructions
            value={form.instructions}
            problem={problems.instructions}
            onChange={(instructions) => set({ instructions })}
          />
          <AttributesField
            names={form.attributes}
            seen={seen}
            problem={problems.attributes}
            onChange={(attributes) => set({ attributes })}
          />
          <Links value={form.links} problem={problems.links} onChange={(links) => set({ links })} />
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
              onClick={() => {
                setForm(saved);
                setTouched(false);
                setRefused({});
              }}
            >
              Undo changes
            </button>
          </div>
        )}
        <ActionError error={action.error} />
      </form>
    </section>
  );
}

interface FieldProps {
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}

function Instructions({ value, problem, onChange }: FieldProps) {
  const id = useId();
  const count = characters(value);
  return (
    <div class="field">
      <label for={id}>Instructions</label>
      <textarea
        id={id}
        class="input"
        rows={10}
        value={value}
        aria-describedby={`${id}-hint ${id}-count ${id}-problem`}
        aria-invalid={problem !== undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="soft count" id={`${id}-count`}>
        {count.toLocaleString('en')} of {MOST_INSTRUCTIONS.toLocaleString('en')} characters
      </p>
      <p class="soft" id={`${id}-hint`}>
        What your shop sells, its tone, what it must not promise, when to send people to you. They
        go to the model with every question; write nothing here that customers may not learn.
      </p>
      <div id={`${id}-problem`} role="alert">
        {problem && <p class="field-error">{problem}</p>}
      </div>
    </div>
  );
}

function Links({ value, problem, onChange }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>Allowed links</label>
      <textarea
        id={id}
        class="input"
        rows={3}
        autocapitalize="off"
        spellcheck={false}
        placeholder="help.shop.example"
        value={value}
        aria-describedby={`${id}-hint ${id}-problem`}
        aria-invalid={problem !== undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="soft" id={`${id}-hint`}>
        Hosts that the model may link to, one a line; *.shop.example is all below it. The websites
        under Allowed origins, and links that your order endpoint gives, need not be listed. Any
        other link is taken out of an answer.
      </p>
      <div id={`${id}-problem`} role="alert">
        {problem && <p class="field-error">{problem}</p>}
      </div>
    </div>
  );
}
