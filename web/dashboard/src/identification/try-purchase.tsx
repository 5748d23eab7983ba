import { useId, useState } from 'preact/hooks';
import { type PurchaseTest, testPurchase } from '../../../api/integrations';
import { ActionError, useAction } from '../action';
import { money } from '../format';
import { t } from '../i18n';
import { Icon, Seal } from '../parts/icon';
import { purchaseIn } from './purchase-call';

interface Props {
  chatId: string;
  /** What stands in the field to begin with. */
  example: string;
}

/** Has the service read a call of the purchase pixel as it would, and keep nothing. */
export function TryPurchase({ chatId, example }: Props) {
  const [text, setText] = useState(example);
  const [unreadable, setUnreadable] = useState(false);
  const [tested, setTested] = useState<PurchaseTest | null>(null);
  const { busy, error, run, forgetError } = useAction();
  const id = useId();
  const test = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    const purchase = purchaseIn(text);
    setTested(null);
    setUnreadable(!purchase);
    forgetError();
    if (purchase) void run(async () => setTested(await testPurchase(chatId, purchase)));
  };
  return (
    <div class="try">
      <h3>{t('Test a call')}</h3>
      <form class="form" onSubmit={test}>
        <div class="field">
          <label for={id}>{t('Purchase')}</label>
          <p class="soft" id={`${id}-hint`}>
            {t(
              'Paste the call of your page with the values of an order. It is checked as a real one is, and not counted.',
            )}
          </p>
          <textarea
            id={id}
            class="pem"
            rows={8}
            dir="ltr"
            autocapitalize="off"
            spellcheck={false}
            aria-invalid={unreadable}
            aria-describedby={`${id}-hint ${id}-problem`}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <div id={`${id}-problem`} role="alert">
            {unreadable && (
              <p class="field-error">
                {t(
                  'This is no call with an object in it. Write values for the names of variables, and close every bracket.',
                )}
              </p>
            )}
          </div>
        </div>
        <div class="button-row">
          <button type="submit" class="button" disabled={busy || !text.trim()}>
            {busy ? t('Testing…') : t('Test this call')}
          </button>
        </div>
        <ActionError error={error} />
      </form>
      <div role="status">{tested && <Verdict chatId={chatId} of={tested} />}</div>
    </div>
  );
}

function Verdict({ chatId, of }: { chatId: string; of: PurchaseTest }) {
  const values = {
    order: of.order_id,
    amount: money(of.order_total, of.currency),
    count: of.line_items,
  };
  return (
    <div class="call-shown">
      <div class={of.counted_before ? 'verdict warn' : 'verdict good'}>
        {of.counted_before ? <Icon name="warning" /> : <Seal />}
        <p>
          <strong>
            {of.counted_before
              ? t('The call is right, but order {order} has been counted already.', values)
              : t(
                  'The call is right: order {order} of {amount} with {count, plural, one {# item} other {# items}}.',
                  values,
                )}
          </strong>
        </p>
      </div>
      <p class="soft">
        {of.counted_before
          ? t('An order counts once: what a page calls again changes nothing.')
          : t(
              'Called by your page, it is credited to the conversation that the customer had there in the last 24 hours.',
            )}{' '}
        {of.conversation_id && (
          <a
            href={`/chats/${encodeURIComponent(chatId)}/conversations/${encodeURIComponent(of.conversation_id)}`}
          >
            {t('The conversation that it was credited to')}
          </a>
        )}
      </p>
    </div>
  );
}
