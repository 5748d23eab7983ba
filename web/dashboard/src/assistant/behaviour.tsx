import { useEffect, useId } from 'preact/hooks';
import type { SettingsValues } from '../../../api/dashboard';
import { figure } from '../format';
import { msg, t } from '../i18n';
import { SettingsFrame, type SettingsProps, useSettingsForm } from '../settings/form';
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

const SHAPE = {
  formOf,
  changesOf,
  problemsOf,
  fieldNamed,
  saved: msg('The assistant’s settings are saved.'),
};

interface Props extends SettingsProps {
  /** Names that attributes of this chat's customers have had. */
  seen: readonly string[];
  /** Whether no model reads any of it. */
  builtIn: boolean;
  /** Told what is typed and not saved, whenever that changes. */
  onDraft: (changes: SettingsValues) => void;
}

/** What the merchant tells the assistant, and what it may see and link to. */
export function Behaviour({ seen, builtIn, onDraft, ...props }: Props) {
  const of = useSettingsForm<BehaviourForm, Field>(SHAPE, props);
  const { form, set, problems, changes } = of;
  const draft = JSON.stringify(changes);
  useEffect(() => onDraft(JSON.parse(draft) as SettingsValues), [draft, onDraft]);
  return (
    <section class="card section" aria-labelledby="behaviour-heading">
      <h2 id="behaviour-heading">{t('What it is told')}</h2>
      {builtIn && (
        <p class="soft">
          {t('The built-in assistant reads none of this. It is kept for a model.')}
        </p>
      )}
      <SettingsFrame of={of} legend={t('What the assistant is told')}>
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
      </SettingsFrame>
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
      <label for={id}>{t('Instructions')}</label>
      <textarea
        id={id}
        class="input"
        rows={10}
        value={value}
        aria-describedby={`${id}-hint ${id}-count ${id}-problem`}
        aria-invalid={problem !== undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="soft field-count" id={`${id}-count`}>
        {t('{count} of {most} characters', {
          count: figure(count),
          most: figure(MOST_INSTRUCTIONS),
        })}
      </p>
      <p class="soft" id={`${id}-hint`}>
        {t(
          'What your shop sells, its tone, what it must not promise, when to send people to you. They go to the model with every question; write nothing here that customers may not learn.',
        )}
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
      <label for={id}>{t('Allowed links')}</label>
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
        {t(
          'Hosts that the model may link to, one a line; *.shop.example is all below it. The websites under Allowed origins, and links that your order endpoint gives, need not be listed. Any other link is taken out of an answer.',
        )}
      </p>
      <div id={`${id}-problem`} role="alert">
        {problem && <p class="field-error">{problem}</p>}
      </div>
    </div>
  );
}
