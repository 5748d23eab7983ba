import { describe, expect, it } from 'vitest';
import { changesOf, fieldNamed, formOf, hasSecret, problemsOf } from './order-form';

const SETTINGS = {
  'order_tracking.enabled': true,
  'order_tracking.endpoint': 'https://shop.example/orders',
  'order_tracking.api_key': { set: true },
  'order_tracking.order_number_example': null,
  'order_tracking.unverified': false,
};
const form = formOf(SETTINGS);

describe('order tracking as a form', () => {
  it('shows that a key is set, and nothing of it', () => {
    expect(form.apiKey).toBe('');
    expect(hasSecret(SETTINGS, 'apiKey')).toBe(true);
    expect(hasSecret(SETTINGS, 'shopKey')).toBe(false);
    expect(hasSecret({ 'order_tracking.api_key': { set: false } }, 'apiKey')).toBe(false);
  });

  it('changes what was changed, and leaves a key that was not typed', () => {
    expect(changesOf(form, form)).toEqual({});
    const changed = { ...form, endpoint: ' ', apiKey: ' k3y ', example: '1001', unverified: true };
    expect(changesOf(form, changed)).toEqual({
      'order_tracking.endpoint': null,
      'order_tracking.api_key': 'k3y',
      'order_tracking.order_number_example': '1001',
      'order_tracking.unverified': true,
    });
  });

  it.each([
    ['https://shop.example/orders?a=b', true],
    ['http://10.0.0.1/orders', true],
    ['shop.example/orders', false],
    ['https://', false],
    ['ftp://shop.example', false],
    ['', false],
  ])('takes %s as an endpoint: %s', (endpoint, good) => {
    expect(problemsOf({ ...form, endpoint }).endpoint === undefined).toBe(good);
  });

  it('needs the address of what is asked, and no other', () => {
    const shop = { ...form, connector: 'woocommerce', endpoint: '' } as const;
    expect(Object.keys(problemsOf(shop))).toEqual(['shop']);
    expect(problemsOf({ ...shop, shop: 'https://shop.example' })).toEqual({});
    expect(problemsOf({ ...shop, shop: 'shop.example' }).shop).toContain('https://shop.example');
    const changed = { ...shop, shop: 'https://shop.example ', shopKey: 'ck_1', shopSecret: '' };
    expect(changesOf(form, changed)).toEqual({
      'order_tracking.connector': 'woocommerce',
      'order_tracking.endpoint': null,
      'order_tracking.woocommerce_url': 'https://shop.example',
      'order_tracking.woocommerce_key': 'ck_1',
    });
  });

  it('needs no endpoint while it is off', () => {
    expect(problemsOf({ ...form, enabled: false, endpoint: '' })).toEqual({});
  });

  it('finds the field that a refusal names', () => {
    expect(fieldNamed('order_tracking.api_key must be a string')).toBe('apiKey');
    expect(fieldNamed('something else')).toBeNull();
  });
});
