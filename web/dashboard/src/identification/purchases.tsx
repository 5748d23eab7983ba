import { CodeBlock } from '../parts/code-block';

const CALL = `trackZipchatPurchase({
  order_id: '1001',
  order_total: 12.5,
  currency: 'EUR',
  line_items: [{ id: '7', title: 'Tea', price: 12.5, quantity: 1 }],
});`;

/** The tag that has purchases credited to conversations. */
export function Purchases({ snippet }: { snippet: string }) {
  return (
    <section class="card section" aria-labelledby="purchases-heading">
      <h2 id="purchases-heading">Credit purchases to the chat</h2>
      <p>
        Paste this tag into the page that thanks for an order. A purchase is credited to the
        customer’s conversation of the last 24 hours; an order counts once, however often the page
        is opened.
      </p>
      <CodeBlock code={snippet} name="purchase tag" wrap />
      <details class="disclosure">
        <summary>What the page calls then</summary>
        <p>With the order’s own values, once the tag has loaded:</p>
        <CodeBlock code={CALL} name="purchase call" />
      </details>
    </section>
  );
}
