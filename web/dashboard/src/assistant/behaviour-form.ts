/** What the assistant is told, as a form: settings to fields, and what was changed back to settings. */

import type { SettingsValues } from '../../../api/dashboard';
import { figure } from '../format';
import { t } from '../i18n';

export interface BehaviourForm {
  instructions: string;
  attributes: readonly string[];
  /** Hosts, one a line. */
  links: string;
}

export type Field = 'instructions' | 'attributes' | 'links';

export const MOST_INSTRUCTIONS = 8_000;
export const MOST_ATTRIBUTES = 50;
const MOST_ATTRIBUTE_NAME = 64;
const MOST_LINKS = 100;

const NAMES = {
  instructions: 'assistant.instructions',
  attributes: 'assistant.visible_attributes',
  links: 'assistant.allowed_links',
} as const;

export function formOf(settings: SettingsValues): BehaviourForm {
  const instructions = settings[NAMES.instructions];
  return {
    instructions: typeof instructions === 'string' ? instructions : '',
    attributes: texts(settings[NAMES.attributes]),
    links: texts(settings[NAMES.links]).join('\n'),
  };
}

/** The settings that `form` has otherwise than `saved`. */
export function changesOf(saved: BehaviourForm, form: BehaviourForm): SettingsValues {
  const changes: SettingsValues = {};
  if (form.instructions !== saved.instructions) changes[NAMES.instructions] = form.instructions;
  if (!same(form.attributes, saved.attributes)) changes[NAMES.attributes] = [...form.attributes];
  const hosts = hostsIn(form.links);
  if (!same(hosts, hostsIn(saved.links))) changes[NAMES.links] = hosts;
  return changes;
}

/** What is wrong with a field, by field; empty where nothing is. */
export function problemsOf(form: BehaviourForm): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {};
  const length = characters(form.instructions);
  if (length > MOST_INSTRUCTIONS) {
    problems.instructions = t('At most {most} characters; these are {count}.', {
      most: figure(MOST_INSTRUCTIONS),
      count: figure(length),
    });
  }
  const hosts = hostsIn(form.links);
  const wrong = hosts.find((host) => !isHost(host));
  if (wrong !== undefined) {
    problems.links = t(
      '“{text}” is not a host. Write it as in shop.example, *.shop.example or shop.example:8443.',
      { text: wrong },
    );
  } else if (hosts.length > MOST_LINKS) {
    problems.links = t('At most {most} hosts.', { most: MOST_LINKS });
  }
  return problems;
}

/** Why `name` cannot be added to `names`, or `null`. */
export function problemOfName(name: string, names: readonly string[]): string | null {
  if (characters(name) > MOST_ATTRIBUTE_NAME) {
    return t('At most {most} characters.', { most: MOST_ATTRIBUTE_NAME });
  }
  if (names.includes(name)) return t('It is in the list already.');
  if (names.length >= MOST_ATTRIBUTES) {
    return t('At most {most} attributes.', { most: MOST_ATTRIBUTES });
  }
  return null;
}

/** As the service counts them: an emoji is one. */
export function characters(text: string): number {
  return [...text].length;
}

/** The field that the service's `message` names, if it does. */
export function fieldNamed(message: string): Field | null {
  const fields: Field[] = ['instructions', 'attributes', 'links'];
  return fields.find((field) => message.includes(NAMES[field])) ?? null;
}

/** One a line; of an address that was pasted, its host. */
function hostsIn(lines: string): string[] {
  const hosts = lines
    .split(/[\s,]+/)
    .map((line) => line.replace(/^https?:\/\//i, '').replace(/\/.*$/, ''))
    .filter(Boolean);
  return [...new Set(hosts)];
}

function isHost(text: string): boolean {
  const bare = text.replace(/^\*\./, '');
  return /^[^\s:*/@?#]+(?::\d{1,5})?$/.test(bare) && URL.canParse(`https://${bare}`);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}
