import { useId, useState } from 'preact/hooks';
import { createChat } from '../../../api/account';
import { ActionError, useAction } from '../action';
import { useArrival, useTitle } from '../arrival';
import { t } from '../i18n';
import { platformName } from '../platforms';
import { navigate } from '../router';
import { mayChange } from '../session';
import '../styles/integrations.css';

const PLATFORMS = ['custom', 'woocommerce', 'magento', 'prestashop', 'bigcommerce', 'shopify'];

/** A new chat: what it is called and where it stands; then the tag for the page. */
export default function NewChatPage() {
  useTitle(t('New chat'));
  const heading = useArrival();
  const [name, setName] = useState('');
  const [platform, setPlatform] = useState('custom');
  const action = useAction();
  const id = useId();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy || !name.trim()) return;
    await action.run(async () => {
      const chat = await createChat(name.trim(), platform);
      await navigate(`/chats/${encodeURIComponent(chat.id)}/integrations`);
    });
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('New chat')}
        </h1>
        <p class="soft">{t('One assistant on one website.')}</p>
      </div>
      {mayChange.value ? (
        <form class="card section form" onSubmit={submit}>
          <div class="field">
            <label for={`${id}-name`}>{t('What your shop is called')}</label>
            <input
              id={`${id}-name`}
              class="input"
              type="text"
              dir="auto"
              maxLength={100}
              required
              value={name}
              aria-describedby={`${id}-hint`}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <p class="soft" id={`${id}-hint`}>
              {t('Customers see it above the chat.')}
            </p>
          </div>
          <fieldset class="choices">
            <legend>{t('What your website runs on')}</legend>
            {PLATFORMS.map((one) => (
              <label key={one}>
                <input
                  type="radio"
                  name="platform"
                  checked={one === platform}
                  onChange={() => setPlatform(one)}
                />
                <span>{platformName(one)}</span>
              </label>
            ))}
          </fieldset>
          <ActionError error={action.error} />
          <button type="submit" class="button primary" disabled={action.busy}>
            {action.busy ? t('Making…') : t('Make the chat')}
          </button>
          <p class="soft">{t('Next comes the tag that you paste into your pages.')}</p>
        </form>
      ) : (
        <p class="notice">{t('Owners and editors make chats.')}</p>
      )}
    </div>
  );
}
