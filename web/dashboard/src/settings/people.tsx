import { useId } from 'preact/hooks';
import { msg, t } from '../i18n';
import { SettingsFrame, type SettingsProps, useSettingsForm } from './form';
import { changesOf, fieldNamed, formOf, problemsOf } from './people-form';

const SHAPE = { formOf, changesOf, problemsOf, fieldNamed, saved: msg('Who is told is saved.') };

/** Who is told when a customer asks for a person. */
export function People(props: SettingsProps) {
  const it = useSettingsForm(SHAPE, props);
  const { form, set } = it;
  const problem = it.problems.emails;
  const id = useId();
  return (
    <section class="card section" aria-labelledby="people-heading">
      <h2 id="people-heading">{t('When a person is asked for')}</h2>
      <p class="soft">
        {t(
          'The conversation is listed under “Needs a person”, and the assistant goes on until somebody takes over.',
        )}
      </p>
      <SettingsFrame of={it} legend={t('Who is told')} label={t('Save who is told')}>
        <label class="check-field">
          <input
            type="checkbox"
            checked={form.mail}
            onChange={(event) => set({ mail: event.currentTarget.checked })}
          />
          <span>{t('Tell people by email')}</span>
        </label>
        {form.mail && (
          <div class="field">
            <label for={id}>{t('Email addresses')}</label>
            <textarea
              id={id}
              class="input"
              rows={3}
              autocapitalize="off"
              spellcheck={false}
              placeholder="desk@shop.example"
              value={form.emails}
              aria-describedby={`${id}-hint ${id}-problem`}
              aria-invalid={problem !== undefined}
              onInput={(event) => set({ emails: event.currentTarget.value })}
            />
            <p class="soft" id={`${id}-hint`}>
              {t(
                'One a line. Empty means the owners of this account. The mail says who asks, as your shop vouches for it, and what was said last.',
              )}
            </p>
            <div id={`${id}-problem`} role="alert">
              {problem && <p class="field-error">{problem}</p>}
            </div>
          </div>
        )}
      </SettingsFrame>
    </section>
  );
}
