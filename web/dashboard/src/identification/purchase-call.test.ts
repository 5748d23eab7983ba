import { describe, expect, test } from 'vitest';
import { purchaseIn } from './purchase-call';

const ORDER = { order_id: '1001', line_items: [{ id: '7', price: 12.5 }] };

describe('a pasted purchase', () => {
  test.each([
    JSON.stringify(ORDER),
    `trackZipchatPurchase(${JSON.stringify(ORDER)})`,
    "window.trackZipchatPurchase({\n  order_id: '1001',\n  line_items: [{ id: '7', price: 12.5, }],\n});\n",
  ])('is read in %s', (text) => expect(purchaseIn(text)).toEqual(ORDER));

  test.each([
    '',
    '7',
    'null',
    '[]',
    'trackZipchatPurchase(order)',
    '{ order_id: order.id }',
    "trackZipchatPurchase({ order_id: '1001' }",
  ])('is not there in %s', (text) => expect(purchaseIn(text)).toBeNull());
});
