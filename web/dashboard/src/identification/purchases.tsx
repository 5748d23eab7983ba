import { t } from '../i18n';
import { CodeBlock } from '../parts/code-block';
import { HealthBadge, LastCalls, useIntegrations } from '../programs/health';
import { mayChange } from '../session';
import type { PartProps } from './parts-nav';
import { TryPurchase } from './try-purchase';

const CALL = `trackZipchatPurchase({
  order_id: '1001',
  order_total: 12.5,
  currency: 'EUR',
  line_items: [{ id: '7', title: 'Tea', price: 12.5, quantity: 1 }],
});`;

/** The tag that has purchases credited to conversations, and whether pages use it. */
export default function PurchasesPart({ detail }: PartProps) {
  const health = useIntegrations(detail.chat.id).value?.purchases;
  return (
    <section class="card section" aria-labelledby="purchases-heading">
      <div class="section-head">
        <h2 id="purchases-heading">{t('Credit purchases to the chat')}</h2>
        <HealthBadge of={health} />
      </div>
      <p>
        {t(
          'Paste this tag into the page that thanks for an order. A purchase is credited to the customer’s conversation of the last 24 hours; an order counts once, however often the page is opened.',
        )}
      </p>
      <CodeBlock code={detail.purchase_snippet} name={t('purchase tag')} wrap />
      <h3>{t('What the page calls then')}</h3>
      <p>{t('With the order’s own values, once the tag has loaded:')}</p>
      <CodeBlock code={CALL} name={t('purchase call')} />
      {mayChange.value && <TryPurchase chatId={detail.chat.id} example={CALL} />}
      <LastCalls of={health} name={t('the purchase pixel')} />
    </section>
  );
}
