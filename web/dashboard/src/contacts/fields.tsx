import { useId, useState } from 'preact/hooks';
import { type Customer, type CustomerField, changeCustomer } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { fullTime } from '../format';
import { t } from '../i18n';
import { Dialog } from '../parts/dialog';
import { Seal } from '../parts/icon';
import { mayChange } from '../session';
import { changeOf, EDITABLE, type EditableName, entered, grouped, isSigned } from './field-values';

interface Props {
  chatId: string;
  customer: Customer;
  replace: (after: Customer) => void;
}

/** Every field with where it came from; values that do not count are struck out. */
export function Fields({ chatId, customer, replace }: Props) {
  const [editing, setEditing] = useState(false);
  const groups = grouped(customer.fields);
  return (
    <section class="card section" aria-labelledby="fields-heading">
      <div class="section-head">
        <h2 id="fields-heading">{t('Details')}</h2>
        {mayChange.value && (
          <button
            type="button"
            class="button small section-head-end"
            aria-label={t('Edit details')}
            onClick={() => setEditing(true)}
          >
            {t('Edit')}
          </button>
        )}
      </div>
      <dl class="fields">
        {groups.map(({ name, label, values }) => (
          <div key={name}>
            <dt>{t(label)}</dt>
            {values.map((value) => (
              <Value key={value.source} of={value} />
            ))}
          </div>
        ))}
      </dl>
      {editing && (
        <Editor
          chatId={chatId}
          customer={customer}
          replace={replace}
          onClose={() => setEditing(false)}
        />
      )}
    </section>
  );
}

function Value({ of: { name, value, source, at, operator, overridden } }: { of: CustomerField }) {
  const text = name === 'email_marketing_consent' ? (value === 'true' ? t('yes') : t('no')) : value;
  return (
    <dd data-overridden={overridden}>
      <span dir="auto">
        {overridden ? (
          <s>
            <span class="unseen">{t('Not shown:')} </span>
            {text}
          </s>
        ) : (
          text
        )}
      </span>
      <span class="source" data-source={source} title={fullTime(at)}>
        {source === 'signed' && <Seal />}
        {sourceInWords(source, operator)}
      </span>
    </dd>
  );
}

function sourceInWords(source: CustomerField['source'], operator: string | null): string {
  if (source === 'signed') return t('signed by your shop');
  if (source === 'typed') return t('typed by the visitor');
  return operator ? t('entered by {operator}', { operator }) : t('entered by your team');
}

function Editor({ chatId, customer, replace, onClose }: Props & { onClose: () => void }) {
  const [typed, setTyped] = useState<Record<EditableName, string>>(() => ({
    first_name: entered(customer, 'first_name'),
    last_name: entered(customer, 'last_name'),
    phone_number: entered(customer, 'phone_number'),
  }));
  const { busy, error, run } = useAction();
  const id = useId();
  const change = changeOf(customer, typed);
  const dirty = Object.keys(change).length > 0;
  const save = async (event: Event) => {
    event.preventDefault();
    if (busy || !dirty) return;
    const saved = await run(async () => {
      replace(await changeCustomer(chatId, customer.id, change));
      announce(t('The details are saved.'));
    });
    if (saved) onClose();
  };
  return (
    <Dialog
      title={t('Edit details')}
      onDismiss={onClose}
      actions={
        <>
          <button type="button" class="button" disabled={busy} onClick={onClose}>
            {t('Cancel')}
          </button>
          <button type="submit" form={id} class="button primary" disabled={busy || !dirty}>
            {busy ? t('Saving…') : t('Save')}
          </button>
        </>
      }
    >
      <p class="soft">
        {t(
          'What your team enters stands before what a visitor typed, and never in place of what your shop signed.',
        )}
      </p>
      <form class="form" id={id} onSubmit={save}>
        {EDITABLE.map(({ name, label }) => {
          const signed = isSigned(customer, name);
          return (
            <div key={name} class="field">
              <label for={`${id}-${name}`}>{t(label)}</label>
              <input
                id={`${id}-${name}`}
                class="input"
                autocomplete="off"
                maxLength={200}
                inputMode={name === 'phone_number' ? 'tel' : 'text'}
                disabled={signed}
                aria-describedby={signed ? `${id}-${name}-hint` : undefined}
                value={signed ? (signedValue(customer, name) ?? '') : typed[name]}
                onInput={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
              />
              {signed && (
                <p class="soft" id={`${id}-${name}-hint`}>
                  {t('Signed by your shop; change it there.')}
                </p>
              )}
            </div>
          );
        })}
      </form>
      <ActionError error={error} />
    </Dialog>
  );
}

function signedValue({ fields }: Customer, name: EditableName): string | null {
  const field = fields.find((one) => one.name === name && one.source === 'signed');
  return field?.value ?? null;
}
