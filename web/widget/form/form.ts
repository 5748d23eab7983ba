/**
 * The form that asks a visitor who they are: fetched by the chat when the merchant wants it, drawn into the chat's panel. It
 * shares no module with the chat, so that neither is fetched for the other.
 */

import type { FormWords } from '../words/words.ts';
import css from './form.css?inline';

/** What was filled in, by the names that the service knows. */
export type Filled = Record<string, string | boolean>;

/** What the form needs of the chat. */
export interface FormOwner {
  /** The names of the fields; `email` is one of them. */
  fields: readonly string[];
  words: FormWords;
  /** Nothing can be written before it is filled in. */
  first: boolean;
  /** What the browser keeps for this tab alone; throws where that is blocked. */
  tab(): Storage;
  token(): string;
  /** Null where it was kept; else why not. */
  submit(filled: Filled): Promise<string | null>;
  /** The visitor does not want to say it now. */
  later(): void;
}

/** What the form's module exports. */
export interface FormModule {
  draw(box: HTMLElement, owner: FormOwner): void;
}

/** Of which visitor it is known that they do not want to. */
const LATER = 'zipchat_form_later';
const LONGEST = 254;

/** The type and what the browser fills in by itself, of each field that is written. */
const WRITTEN: Record<string, [type: string, autocomplete: AutoFill]> = {
  email: ['email', 'email'],
  first_name: ['text', 'given-name'],
  last_name: ['text', 'family-name'],
  phone_number: ['tel', 'tel'],
};

export function draw(box: HTMLElement, owner: FormOwner): void {
  if (!owner.first && isPutOff(owner)) {
    owner.later();
    return;
  }
  const { words } = owner;
  const root = box.getRootNode() as ShadowRoot;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);

  const form = make('form', { class: 'lead-form', 'aria-labelledby': 'lead-form' });
  form.noValidate = true;
  const title = make('p', { id: 'lead-form' }, owner.first ? words.before : words.after);
  const inputs = owner.fields.map((name) => field(name, words));
  const trouble = make('p', { class: 'problem', role: 'alert' });
  const send = make('button', { class: 'action' }, owner.first ? words.begin : words.send);
  const choices = make('span', { class: 'choices' }, send);
  if (!owner.first) {
    const later = make('button', { type: 'button', class: 'plain' }, words.later);
    later.onclick = () => {
      putOff(owner);
      owner.later();
    };
    choices.append(later);
  }
  form.append(title, ...inputs.map(({ row }) => row), trouble, choices);

  form.onsubmit = async (event) => {
    event.preventDefault();
    const wrong = inputs.find(({ input }) => !input.validity.valid);
    for (const { input } of inputs) input.ariaInvalid = `${input === wrong?.input}`;
    trouble.textContent = !wrong ? '' : wrong.name === 'email' ? words.wrongEmail : words.wrong;
    if (wrong) {
      wrong.input.focus();
      return;
    }
    send.disabled = true;
    const problem = await owner.submit(
      Object.fromEntries(inputs.map(({ name, value }) => [name, value()])),
    );
    send.disabled = false;
    if (problem) trouble.textContent = words[isTold(problem) ? problem : 'failed'];
  };
  box.replaceChildren(form);
  // Whoever has just opened the chat begins here; on a phone the keyboard would cover it, and the panel has the focus.
  const begins = box.closest('dialog')?.open && document.activeElement === document.body;
  if (owner.first && begins) inputs[0]?.input.focus();
}

/** What there is more to say about than that it could not be sent. */
function isTold(problem: string): problem is 'invalid' | 'rate_limited' {
  return problem === 'invalid' || problem === 'rate_limited';
}

interface Field {
  name: string;
  row: HTMLElement;
  input: HTMLInputElement;
  value(): string | boolean;
}

function field(name: string, words: FormWords): Field {
  const written = WRITTEN[name];
  const label = words[name as keyof FormWords] ?? name;
  if (!written) {
    const input = make('input', { type: 'checkbox' });
    const row = make('label', { class: 'consent' }, input, label);
    return { name, row, input, value: () => input.checked };
  }
  const [type, autocomplete] = written;
  const required = name === 'email';
  const input = make('input', { type, autocomplete, maxlength: `${LONGEST}`, dir: 'auto' });
  input.required = required;
  const row = make(
    'label',
    {},
    required ? label : words.optional.replace('{}', () => label),
    input,
  );
  return { name, row, input, value: () => input.value.trim() };
}

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function isPutOff(owner: FormOwner): boolean {
  try {
    return owner.tab().getItem(LATER) === owner.token();
  } catch {
    return false;
  }
}

function putOff(owner: FormOwner): void {
  try {
    owner.tab().setItem(LATER, owner.token());
  } catch {
    // Then it is asked again on the next page.
  }
}
