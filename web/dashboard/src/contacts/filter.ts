/** Which contacts the table shows, and in which columns. */

import type { Contact, ContactsFilter } from '../../../api/dashboard';
import { msg } from '../i18n';

export interface Filter {
  verified: '' | 'true' | 'false';
  consent: '' | 'true' | 'false';
  talks: '' | 'true' | 'false';
  /** A day as `2026-11-30`: only those known since then. */
  since: string;
  /** The name of an attribute, and what it must be. */
  attribute: string;
  value: string;
  order: 'newest' | 'oldest' | 'email';
}

export const EVERYBODY: Filter = {
  verified: '',
  consent: '',
  talks: '',
  since: '',
  attribute: '',
  value: '',
  order: 'newest',
};

/** The columns beside the name, by what the service's file calls them. */
export const COLUMNS: readonly { name: string; label: string }[] = [
  { name: 'stable_id', label: msg('Customer id') },
  { name: 'phone_number', label: msg('Phone number') },
  { name: 'email_marketing_consent', label: msg('Marketing mail') },
  { name: 'created_at', label: msg('Known since') },
  { name: 'identified_at', label: msg('Identified') },
];

export const ATTRIBUTE = 'attribute:';
export const USUAL_COLUMNS: readonly string[] = ['stable_id', 'identified_at'];
/** So many columns of attributes at once: more cannot be read side by side. */
export const MOST_ATTRIBUTES = 8;

const YES_OR_NO = ['true', 'false'] as const;
const ORDERS = ['newest', 'oldest', 'email'] as const;

/** What the query of an address asks for; what it cannot mean counts as not said. */
export function readFilter(search: string): Filter {
  const query = new URLSearchParams(search);
  const said = (name: string) => YES_OR_NO.find((one) => one === query.get(name)) ?? '';
  const since = query.get('since') ?? '';
  const attribute = query.get('attribute') ?? '';
  return {
    verified: said('verified'),
    consent: said('consent'),
    talks: said('talks'),
    since: Number.isNaN(Date.parse(since)) ? '' : since,
    attribute,
    value: attribute ? (query.get('value') ?? '') : '',
    order: ORDERS.find((one) => one === query.get('order')) ?? 'newest',
  };
}

/** The query of an address, with its question mark; nothing where everybody is shown. */
export function writeFilter(filter: Filter): string {
  const said = Object.entries(filter).filter(
    ([name, value]) => value !== EVERYBODY[name as keyof Filter],
  );
  return said.length > 0 ? `?${new URLSearchParams(said)}` : '';
}

/** As the service is asked. */
export function asked(filter: Filter): ContactsFilter {
  const wanted: ContactsFilter = {};
  if (filter.verified) wanted.verified = filter.verified === 'true';
  if (filter.consent) wanted.consent = filter.consent === 'true';
  if (filter.talks) wanted.talks = filter.talks === 'true';
  if (filter.since) wanted.since = new Date(`${filter.since}T00:00:00`).toISOString();
  // With the name alone, the value is still to come.
  if (filter.attribute && filter.value) {
    wanted.attribute = filter.attribute;
    wanted.value = filter.value;
  }
  if (filter.order !== 'newest') wanted.order = filter.order;
  return wanted;
}

/** How many filters are set. */
export function countSet({ order: _, value: __, ...filter }: Filter): number {
  return Object.values(filter).filter(Boolean).length;
}

/** The names of the attributes of these contacts, the most frequent first. */
export function attributeNames(contacts: readonly Contact[]): string[] {
  const counts = new Map<string, number>();
  for (const { additional_attributes: attributes } of contacts) {
    for (const name of Object.keys(attributes)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([name]) => name);
}

/** The value of an attribute in a cell. */
export function attributeText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was chosen in this browser. */
export function readColumns(chatId: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(columnsKey(chatId)) ?? 'null');
    if (Array.isArray(kept)) return kept.filter((one) => typeof one === 'string');
  } catch {
    // What cannot be read was not chosen.
  }
  return [...USUAL_COLUMNS];
}

export function keepColumns(chatId: string, columns: readonly string[]): void {
  try {
    localStorage.setItem(columnsKey(chatId), JSON.stringify(columns));
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
}

function columnsKey(chatId: string): string {
  return `zipchat_contact_columns ${chatId}`;
}
