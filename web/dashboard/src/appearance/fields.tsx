import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { OWN_ACCENT } from './form';

interface ChoiceProps<Word extends string> {
  legend: string;
  words: readonly Word[];
  labels: Readonly<Record<Word, string>>;
  value: Word;
  choose: (word: Word) => void;
}

/** One of a few words. */
export function Choices<Word extends string>(props: ChoiceProps<Word>) {
  const { legend, words, labels, value, choose } = props;
  const name = useId();
  return (
    <fieldset class="choices look-row">
      <legend>{legend}</legend>
      {words.map((word) => (
        <label key={word}>
          <input type="radio" name={name} checked={value === word} onChange={() => choose(word)} />
          {labels[word]}
        </label>
      ))}
    </fieldset>
  );
}

interface LineProps {
  label: string;
  hint?: ComponentChildren;
  value: string;
  problem?: string | undefined;
  placeholder?: string;
  longest?: number;
  /** Several lines. */
  rows?: number;
  /** The language of what is typed. */
  lang?: string | undefined;
  inputMode?: 'numeric';
  /** What stands before the field. */
  before?: ComponentChildren;
  change: (value: string) => void;
}

/** A text, with what is wrong with it. */
export function Line(props: LineProps) {
  const { label, hint, value, problem, rows, longest, before, change, ...others } = props;
  const id = useId();
  const shared = {
    id,
    class: 'input',
    value,
    maxLength: longest,
    dir: 'auto' as const,
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-hint ${id}-problem`,
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      change(event.currentTarget.value),
    ...others,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="look-line">
        {before}
        {rows ? <textarea {...shared} rows={rows} /> : <input {...shared} />}
      </div>
      <p class="soft" id={`${id}-hint`}>
        {hint}
      </p>
      <div id={`${id}-problem`} role="alert">
        {problem && <p class="field-error">{problem}</p>}
      </div>
    </div>
  );
}

interface ColourProps {
  label: string;
  picker: string;
  hint: ComponentChildren;
  value: string;
  /** What it is where nothing is chosen. */
  usual?: string;
  problem: string | undefined;
  change: (value: string) => void;
}

/** A colour, to pick or to type. */
export function ColourField(props: ColourProps) {
  const { picker, value, usual = OWN_ACCENT, change, ...others } = props;
  const isColour = /^#[0-9a-f]{6}$/i.test(value.trim());
  return (
    <Line
      {...others}
      value={value}
      placeholder={usual}
      longest={9}
      change={change}
      before={
        <input
          type="color"
          class="look-swatch"
          aria-label={picker}
          value={isColour ? value.trim() : usual}
          onInput={(event) => change(event.currentTarget.value)}
        />
      }
    />
  );
}
