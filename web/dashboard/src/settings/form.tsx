/** Settings as a form: what is typed, what of it is wrong, and what goes back to the service. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import type { SettingsValues } from '../../../api/dashboard';
import { type Action, ActionError, useAction } from '../action';
import { announce } from '../announce';
import { explain } from '../explain';
import { t } from '../i18n';
import { mayChange } from '../session';

/** How settings become a form, and come back. */
export interface Shape<Form, Field extends string> {
  formOf: (settings: SettingsValues) => Form;
  /** The settings that `form` has otherwise than `saved`. */
  changesOf: (saved: Form, form: Form) => SettingsValues;
  /** What is wrong with a field, by field; empty where nothing is. */
  problemsOf?: (form: Form) => Partial<Record<Field, string>>;
  /** The field that a message of the service is about, if it says. */
  fieldNamed?: (message: string) => Field | null;
  /** What is said when it is saved, marked by `msg`. */
  saved: string;
}

export interface SettingsProps {
  settings: SettingsValues;
  change: (changes: SettingsValues) => Promise<SettingsValues>;
}

/** Changes some fields, told as they are to be or worked out from how they are. */
export type SetFields<Form> = (next: Partial<Form> | ((now: Form) => Partial<Form>)) => void;

export interface SettingsForm<Form, Field extends string> {
  form: Form;
  set: SetFields<Form>;
  problems: Partial<Record<Field, string>>;
  /** The settings that the form has otherwise than saved. */
  changes: SettingsValues;
  dirty: boolean;
  action: Action;
  save: (event: SubmitEvent) => void;
  /** Changes settings beside what is in the form. */
  give: (changes: SettingsValues) => void;
  undo: () => void;
}

export function useSettingsForm<Form, Field extends string>(
  shape: Shape<Form, Field>,
  { settings, change }: SettingsProps,
): SettingsForm<Form, Field> {
  const saved = shape.formOf(settings);
  const [form, setForm] = useState<Form>(saved);
  const [refused, setRefused] = useState<Partial<Record<Field, string>>>({});
  const [touched, setTouched] = useState(false);
  const action = useAction();
  const changes = shape.changesOf(saved, form);
  const dirty = Object.keys(changes).length > 0;
  const wrong = shape.problemsOf?.(form) ?? {};

  const start = (next: Form) => {
    setForm(next);
    setTouched(false);
    setRefused({});
  };
  const give = (wanted: SettingsValues) =>
    void action.run(async () => {
      try {
        start(shape.formOf(await change(wanted)));
        announce(t(shape.saved));
      } catch (failure) {
        const field =
          failure instanceof ApiError ? (shape.fieldNamed?.(failure.message) ?? null) : null;
        if (!field || !(failure instanceof ApiError)) throw failure;
        setRefused({ [field]: explain(failure).advice } as Partial<Record<Field, string>>);
      }
    });
  return {
    form,
    set(next) {
      // Upon what the form is by then: what was typed a moment ago may not have been drawn yet.
      setForm((now) => ({ ...now, ...(typeof next === 'function' ? next(now) : next) }));
      setRefused({});
    },
    changes,
    problems: { ...refused, ...(touched ? wrong : {}) },
    dirty,
    action,
    save(event) {
      event.preventDefault();
      setTouched(true);
      if (!action.busy && dirty && Object.keys(wrong).length === 0) give(changes);
    },
    give,
    undo: () => start(saved),
  };
}

interface FrameProps {
  of: Pick<SettingsForm<unknown, string>, 'dirty' | 'action' | 'save' | 'undo'>;
  legend: string;
  /** What the button says. */
  label?: string;
  children: ComponentChildren;
  /** Further buttons. */
  more?: ComponentChildren;
}

/** The form around its fields, which only those can change who may. */
export function SettingsFrame({ of, legend, label, children, more }: FrameProps) {
  const { dirty, action, save, undo } = of;
  return (
    <form class="form rules" onSubmit={save} noValidate>
      <fieldset disabled={!mayChange.value}>
        <legend class="unseen">{legend}</legend>
        {children}
      </fieldset>
      {mayChange.value && (
        <div class="button-row">
          <button type="submit" class="button primary" disabled={action.busy || !dirty}>
            {action.busy ? t('Saving…') : (label ?? t('Save'))}
          </button>
          <button type="button" class="button" disabled={!dirty || action.busy} onClick={undo}>
            {t('Undo changes')}
          </button>
          {more}
        </div>
      )}
      <ActionError error={action.error} />
    </form>
  );
}
