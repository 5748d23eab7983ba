import { msg, t } from '../i18n';
import { SettingsFrame, type SettingsProps, useSettingsForm } from './form';
import {
  changesOf,
  FIELDS,
  type Field,
  formOf,
  type LeadFormFields,
  MODES,
  type Mode,
} from './lead-form-fields';

const SHAPE = {
  formOf,
  changesOf,
  saved: msg('The lead form is saved. Open chats follow at once.'),
};

const MODE_LABELS: Record<Mode, [label: string, hint: string]> = {
  off: [msg('Never'), msg('the chat begins at once')],
  before_chat: [msg('Before the chat'), msg('nothing can be written until it is filled in')],
  after_first_message: [
    msg('After the first message'),
    msg('the question comes first, and the form can be put off'),
  ],
};

const FIELD_LABELS: Record<Field, string> = {
  first_name: msg('First name'),
  last_name: msg('Last name'),
  phone_number: msg('Phone number'),
  email_marketing_consent: msg('Consent to news and offers by email'),
};

/** Whom the chat asks who they are, and when. */
export function LeadForm(props: SettingsProps) {
  const of = useSettingsForm<LeadFormFields, Field>(SHAPE, props);
  const { form, set } = of;
  const toggle = (field: Field, on: boolean) =>
    set((now) => ({
      fields: FIELDS.filter((one) => (one === field ? on : now.fields.includes(one))),
    }));
  return (
    <section class="card section" aria-labelledby="lead-form-heading">
      <h2 id="lead-form-heading">{t('Lead form')}</h2>
      <p class="soft">
        {t(
          'Asks visitors for their email address. Customers who are signed in to your shop never see it: who they are is known, and proven.',
        )}
      </p>
      <SettingsFrame of={of} legend={t('Lead form')}>
        <fieldset class="choices">
          <legend>{t('Show it')}</legend>
          {MODES.map((mode) => (
            <label key={mode}>
              <input
                type="radio"
                name="lead-form-mode"
                checked={form.mode === mode}
                onChange={() => set({ mode })}
              />
              <span>
                {t(MODE_LABELS[mode][0])} <span class="soft">– {t(MODE_LABELS[mode][1])}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {form.mode !== 'off' && (
          <fieldset class="choices">
            <legend>{t('Beside the email, ask for')}</legend>
            {FIELDS.map((field) => (
              <label key={field}>
                <input
                  type="checkbox"
                  checked={form.fields.includes(field)}
                  onChange={(event) => toggle(field, event.currentTarget.checked)}
                />
                {t(FIELD_LABELS[field])}
              </label>
            ))}
          </fieldset>
        )}
      </SettingsFrame>
    </section>
  );
}
