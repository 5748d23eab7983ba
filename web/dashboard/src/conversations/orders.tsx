import { useId, useState } from 'preact/hooks';
import { type Conversation, lookUpOrder, type OrderAnswer } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { fullTime, listTime, money } from '../format';
import { t } from '../i18n';
import { Icon } from '../parts/icon';

interface Props {
  chatId: string;
  conversation: Conversation;
}

interface Asked {
  number: string;
  answer: OrderAnswer;
}

/** Orders of whom one answers: looked up in the shop, and those that this chat helped to sell. */
export function Orders({ chatId, conversation }: Props) {
  const { available, purchases } = conversation.orders;
  if (!available && purchases.length === 0) return null;
  return (
    <>
      <h3>{t('Orders')}</h3>
      {available && <LookUp chatId={chatId} conversation={conversation} />}
      {purchases.length > 0 && (
        <ul class="purchases" aria-label={t('Bought after chatting')}>
          {purchases.map(({ order_id, total, currency, at }) => (
            <li key={order_id}>
              <code>{order_id}</code>
              <span>{money(total, currency)}</span>
              <time class="soft" dateTime={at} title={fullTime(at)}>
                {listTime(at, new Date())}
              </time>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function LookUp({ chatId, conversation: { id, orders, lead } }: Props) {
  const fieldId = useId();
  const [number, setNumber] = useState('');
  const [asked, setAsked] = useState<Asked | null>(null);
  const action = useAction();
  if (!lead) {
    return (
      <p class="soft">
        {t('Orders can be looked up once the visitor said an email, or signed in.')}
      </p>
    );
  }
  const look = (wanted: string) =>
    action.run(async () => {
      setAsked(null);
      setAsked({ number: wanted, answer: await lookUpOrder(chatId, id, wanted) });
    });
  return (
    <div class="look-up">
      {orders.mentioned.length > 0 && (
        <div class="button-row">
          {orders.mentioned.map((one) => (
            <button
              key={one}
              type="button"
              class="button small"
              disabled={action.busy}
              aria-label={t('Look up {number}', { number: one })}
              onClick={() => look(one)}
            >
              {one}
            </button>
          ))}
        </div>
      )}
      <form
        class="look-up-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (number.trim() && !action.busy) void look(number.trim());
        }}
      >
        <label class="unseen" for={fieldId}>
          {t('Order number')}
        </label>
        <input
          id={fieldId}
          class="input"
          autocomplete="off"
          maxLength={64}
          placeholder={t('Order number')}
          value={number}
          onInput={(event) => setNumber(event.currentTarget.value)}
        />
        <button type="submit" class="button" disabled={!number.trim() || action.busy}>
          {action.busy ? t('Asking…') : t('Look up')}
        </button>
      </form>
      <div role="status">{asked && <Answer asked={asked} />}</div>
      <ActionError error={action.error} />
    </div>
  );
}

function Answer({ asked: { number, answer } }: { asked: Asked }) {
  const { found, claimed, context, tracking_url: url, problem } = answer;
  return (
    <div class={problem ? 'notice bad' : found ? 'notice good' : 'notice'}>
      {(problem || found) && <Icon name={problem ? 'warning' : 'check'} />}
      <div>
        <p>
          <strong>{sentence(number, answer)}</strong>
        </p>
        {problem && <p>{t(problem)}</p>}
        {context && (
          <p class="order-context" dir="auto">
            {context}
          </p>
        )}
        {url && (
          <a href={url} target="_blank" rel="noopener noreferrer">
            {t('Follow the parcel')}
          </a>
        )}
        {claimed && (
          <p class="soft">{t('Asked with the email that was typed: nobody vouches for it.')}</p>
        )}
      </div>
    </div>
  );
}

function sentence(number: string, { found, problem }: OrderAnswer): string {
  if (problem) return t('The shop could not be asked about {number}.', { number });
  return found
    ? t('Order {number}', { number })
    : t('This customer has no order {number}.', { number });
}
