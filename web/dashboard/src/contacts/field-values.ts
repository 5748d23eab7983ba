/** Which value of a field is shown, and which a person may change. */

import type { Customer, CustomerChange, CustomerField } from '../../../api/dashboard';
import { msg } from '../i18n';

export type EditableName = keyof CustomerChange;

export const EDITABLE: readonly { name: EditableName; label: string }[] = [
  { name: 'first_name', label: msg('First name') },
  { name: 'last_name', label: msg('Last name') },
  { name: 'phone_number', label: msg('Phone number') },
];

const LABELS: Readonly<Record<string, string>> = {
  email: msg('Email'),
  stable_id: msg('Customer id'),
  first_name: msg('First name'),
  last_name: msg('Last name'),
  phone_number: msg('Phone number'),
  email_marketing_consent: msg('May get marketing mail'),
};

const ORDER = Object.keys(LABELS);

export interface FieldGroup {
  name: string;
  label: string;
  /** The value that is shown first, then those that it stands before. */
  values: CustomerField[];
}

/** The fields by name, those with the usual names first. */
export function grouped(fields: readonly CustomerField[]): FieldGroup[] {
  const names = [...new Set(fields.map(({ name }) => name))].sort((a, b) => rank(a) - rank(b));
  return names.map((name) => ({
    name,
    label: LABELS[name] ?? name,
    values: fields
      .filter((field) => field.name === name)
      .sort((a, b) => Number(a.overridden) - Number(b.overridden)),
  }));
}

/** Whether the shop signed this field: then nothing else takes its place. */
export function isSigned({ fields }: Customer, name: EditableName): boolean {
  return fields.some((field) => field.name === name && field.source === 'signed');
}

/** What an operator entered, or nothing. */
export function entered({ fields }: Customer, name: EditableName): string {
  const field = fields.find((one) => one.name === name && one.source === 'operator');
  return field?.value ?? '';
}

/** What is to be changed; an emptied field takes the operator's value away. */
export function changeOf(
  customer: Customer,
  typed: Readonly<Record<EditableName, string>>,
): CustomerChange {
  const change: CustomerChange = {};
  for (const { name } of EDITABLE) {
    const text = typed[name].trim();
    if (isSigned(customer, name) || text === entered(customer, name)) continue;
    change[name] = text || null;
  }
  return change;
}

function rank(name: string): number {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}
