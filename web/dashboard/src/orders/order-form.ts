/** Order tracking as a form: settings to fields, and what was changed back to settings. */

import type { SettingsValues } from '../../../api/dashboard';
import { t } from '../i18n';

/** Where orders are looked up. */
export type Connector = 'endpoint' | 'woocommerce';

export interface OrderForm {
  enabled: boolean;
  connector: Connector;
  endpoint: string;
  /** Typed anew; the key that is set is never shown. */
  apiKey: string;
  shop: string;
  /** Both typed anew, too. */
  shopKey: string;
  shopSecret: string;
  example: string;
  unverified: boolean;
}

export type Field = 'endpoint' | 'apiKey' | 'shop' | 'shopKey' | 'shopSecret' | 'example';

/** What is kept encrypted. */
export type Secret = 'apiKey' | 'shopKey' | 'shopSecret';

const NAMES = {
  enabled: 'order_tracking.enabled',
  connector: 'order_tracking.connector',
  endpoint: 'order_tracking.endpoint',
  apiKey: 'order_tracking.api_key',
  shop: 'order_tracking.woocommerce_url',
  shopKey: 'order_tracking.woocommerce_key',
  shopSecret: 'order_tracking.woocommerce_secret',
  example: 'order_tracking.order_number_example',
  unverified: 'order_tracking.unverified',
} as const;

export function formOf(settings: SettingsValues): OrderForm {
  const text = (name: string) => {
    const value = settings[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    enabled: settings[NAMES.enabled] === true,
    connector: settings[NAMES.connector] === 'woocommerce' ? 'woocommerce' : 'endpoint',
    endpoint: text(NAMES.endpoint),
    apiKey: '',
    shop: text(NAMES.shop),
    shopKey: '',
    shopSecret: '',
    example: text(NAMES.example),
    unverified: settings[NAMES.unverified] === true,
  };
}

export function hasSecret(settings: SettingsValues, secret: Secret): boolean {
  return (settings[NAMES[secret]] as { set?: unknown } | undefined)?.set === true;
}

/** Whether the address of a connector is on another host than it was: the service forgets the secrets that were for that one. */
export function movesHost(saved: OrderForm, form: OrderForm, field: 'endpoint' | 'shop'): boolean {
  const host = (address: string) => (URL.canParse(address) ? new URL(address).origin : address);
  const [before, now] = [saved[field], form[field].trim()];
  return before !== '' && host(before) !== host(now);
}

/** The settings that `form` has otherwise than `saved`. A key that was not typed stays. */
export function changesOf(saved: OrderForm, form: OrderForm): SettingsValues {
  const changes: SettingsValues = {};
  if (form.enabled !== saved.enabled) changes[NAMES.enabled] = form.enabled;
  if (form.connector !== saved.connector) changes[NAMES.connector] = form.connector;
  if (form.unverified !== saved.unverified) changes[NAMES.unverified] = form.unverified;
  const endpoint = form.endpoint.trim();
  if (endpoint !== saved.endpoint) changes[NAMES.endpoint] = endpoint || null;
  const example = form.example.trim();
  if (example !== saved.example) changes[NAMES.example] = example || null;
  const shop = form.shop.trim();
  if (shop !== saved.shop) changes[NAMES.shop] = shop || null;
  for (const secret of ['apiKey', 'shopKey', 'shopSecret'] as const) {
    if (form[secret].trim()) changes[NAMES[secret]] = form[secret].trim();
  }
  return changes;
}

/** The settings that take the keys of a connector away. */
export const WITHOUT_KEYS: Record<Connector, SettingsValues> = {
  endpoint: { [NAMES.apiKey]: null },
  woocommerce: { [NAMES.shopKey]: null, [NAMES.shopSecret]: null },
};

/** What is wrong with a field, by field; empty where nothing is. */
export function problemsOf(form: OrderForm): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {};
  const asked = form.connector === 'woocommerce' ? 'shop' : 'endpoint';
  const examples = {
    endpoint: 'https://shop.example/api/orders',
    shop: 'https://shop.example',
  };
  for (const field of ['endpoint', 'shop'] as const) {
    const address = form[field].trim();
    if (address && !(/^https?:\/\//.test(address) && URL.canParse(address))) {
      problems[field] = t('Write the whole address: {example}', { example: examples[field] });
    } else if (!address && form.enabled && field === asked) {
      problems[field] = t('Without an address, no order can be looked up.');
    }
  }
  if (form.example.trim().length > 100)
    problems.example = t('At most {count} characters.', { count: 100 });
  return problems;
}

/** The field that the service's `message` names, if it does. */
export function fieldNamed(message: string): Field | null {
  const fields: Field[] = ['endpoint', 'apiKey', 'shop', 'shopKey', 'shopSecret', 'example'];
  return fields.find((field) => message.includes(NAMES[field])) ?? null;
}
