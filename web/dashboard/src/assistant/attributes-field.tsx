import { useId, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from '../parts/icon';
import { problemOfName } from './behaviour-form';

interface Props {
  names: readonly string[];
  /** Names that customers' attributes have had, to choose from. */
  seen: readonly string[];
  problem: string | undefined;
  onChange: (names: readonly string[]) => void;
}

/** Which of a customer's attributes the model may see: names that are added and taken away one by one. */
export function AttributesField({ names, seen, problem, onChange }: Props) {
  const id = useId();
  const [text, setText] = useState('');
  const [refused, setRefused] = useState<string | null>(null);
  const add = () => {
    const name = text.trim();
    if (!name) return;
    const why = problemOfName(name, names);
    setRefused(why);
    if (why) return;
    onChange([...names, name]);
    setText('');
  };
  const shown = refused ?? problem;
  return (
    <div class="field">
      <label for={id}>{t('Visible attributes')}</label>
      {names.length > 0 && (
        <ul class="chips" aria-label={t('Attributes that the model may see')}>
          {names.map((name) => (
            <li key={name} class="chip">
              <code>{name}</code>
              <button
                type="button"
                class="chip-remove"
                aria-label={t('Hide {name} from the model', { name })}
                onClick={() => onChange(names.filter((kept) => kept !== name))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="add-row">
        <input
          id={id}
          class="input"
          list={`${id}-seen`}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder="loyalty_tier"
          value={text}
          aria-describedby={`${id}-hint ${id}-problem`}
          aria-invalid={shown !== undefined && shown !== null}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setRefused(null);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" class="button" disabled={!text.trim()} onClick={add}>
          {t('Add')}
        </button>
      </div>
      <datalist id={`${id}-seen`}>
        {seen
          .filter((name) => !names.includes(name))
          .map((name) => (
            <option key={name} value={name} />
          ))}
      </datalist>
      <p class="soft" id={`${id}-hint`}>
        {names.length === 0
          ? t(
              'The model sees none of a customer’s attributes. Add those that help it answer; the names are those of additional_attributes in your tokens.',
            )
          : t(
              'Add those that help it answer; the names are those of additional_attributes in your tokens.',
            )}
      </p>
      <div id={`${id}-problem`} role="alert">
        {shown && <p class="field-error">{shown}</p>}
      </div>
    </div>
  );
}
