/** Order tracking as a form: settings to fields, and what was changed back to settings. */

import type { SettingsValues } from '../../../api/dashboard';

export interface OrderForm {
  enabled: boolean;
  endpoint: string;
  /** Typed anew; the key that is set is never shown. */
  apiKey: string;
  example: string;
  unverified: boolean;
}

export type Field = 'endpoint' | 'apiKey' | 'example';

const NAMES = {
  enabled: 'order_tracking.enabled',
  endpoint: 'order_tracking.endpoint',
  apiKey: 'order_tracking.api_key',
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
    endpoint: text(NAMES.endpoint),
    apiKey: '',
    example: text(NAMES.example),
    unverified: settings[NAMES.unverified] === true,
  };
}

export function hasKey(settings: SettingsValues): boolean {
  return (settings[NAMES.apiKey] as { set?: unknown } | undefined)?.set === true;
}

/** The settings that `form` has otherwise than `saved`. A key that was not typed stays. */
export function changesOf(saved: OrderForm, form: OrderForm): SettingsValues {
  const changes: SettingsValues = {};
  if (form.enabled !== saved.enabled) changes[NAMES.enabled] = form.enabled;
  if (form.unverified !== saved.unverified) changes[NAMES.unverified] = form.unverified;
  const endpoint = form.endpoint.trim();
  if (endpoint !== saved.endpoint) changes[NAMES.endpoint] = endpoint || null;
  const example = form.example.trim();
  if (example !== saved.example) changes[NAMES.example] = example || null;
  if (form.apiKey.trim()) changes[NAMES.apiKey] = form.apiKey.trim();
  return changes;
}

/** The settings that take the key away. */
export const WITHOUT_KEY: SettingsValues = { [NAMES.apiKey]: null };

/** What is wrong with a field, by field; empty where nothing is. */
export function problemsOf(form: OrderForm): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {};
  const endpoint = form.endpoint.trim();
  if (endpoint && !(/^https?:\/\//.test(endpoint) && URL.canParse(endpoint))) {
    problems.endpoint = 'Write the whole address: https://shop.example/api/orders';
  } else if (!endpoint && form.enabled) {
    problems.endpoint = 'Without an address, no order can be looked up.';
  }
  if (form.example.trim().length > 100) problems.example = 'At most 100 characters.';
  return problems;
}

/** The field that the service's `message` names, if it does. */
export function fieldNamed(message: string): Field | null {
  const fields: Field[] = ['endpoint', 'apiKey', 'example'];
  return fields.find((field) => message.includes(NAMES[field])) ?? null;
}
