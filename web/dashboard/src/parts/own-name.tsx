import { useId, useState } from 'preact/hooks';
import { changeOwnName } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { t } from '../i18n';
import { session } from '../session';
import { Dialog } from './dialog';

/** What customers see of whoever is signed in. */
export function OwnName({ onClose }: { onClose: () => void }) {
  const operator = session.value?.operator;
  const [name, setName] = useState(operator?.own_name ?? '');
  const action = useAction();
  const formId = useId();
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy) return;
    const done = await action.run(async () => {
      session.value = await changeOwnName(name.trim() || null);
    });
    if (!done) return;
    announce(t('Customers see you as {name}.', { name: session.value?.operator.name ?? '' }));
    onClose();
  };
  return (
    <Dialog
      title={t('Your name')}
      onDismiss={onClose}
      actions={
        <>
          <button type="button" class="button" disabled={action.busy} onClick={onClose}>
            {t('Cancel')}
          </button>
          <button type="submit" class="button primary" form={formId} disabled={action.busy}>
            {action.busy ? t('Saving…') : t('Save')}
          </button>
        </>
      }
    >
      <form id={formId} class="field" onSubmit={save} noValidate>
        <label for={`${formId}-name`}>{t('Customers see you as')}</label>
        <input
          id={`${formId}-name`}
          class="input"
          type="text"
          dir="auto"
          autocomplete="name"
          maxLength={100}
          placeholder={operator?.email.split('@')[0]}
          value={name}
          aria-describedby={`${formId}-hint`}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <p class="soft" id={`${formId}-hint`}>
          {t(
            'It stands beside what you write in their chat. Left empty, it is what stands before the @ of your email.',
          )}
        </p>
        <ActionError error={action.error} />
      </form>
    </Dialog>
  );
}
