import { useEffect, useId, useState } from 'preact/hooks';
import { exportCustomers } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { t } from '../i18n';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { saveFile } from '../save-file';
import { mayChange } from '../session';
import {
  ATTRIBUTE,
  asked,
  COLUMNS,
  countSet,
  EVERYBODY,
  type Filter,
  MOST_ATTRIBUTES,
  USUAL_COLUMNS,
} from './filter';

interface Props {
  chatId: string;
  query: string;
  filter: Filter;
  setFilter: (filter: Filter) => void;
  columns: readonly string[];
  setColumns: (columns: readonly string[]) => void;
  /** The attributes that there are, as far as they are known. */
  attributes: readonly string[];
}

/** What the table shows, in which order and columns; and all of it as a file. */
export function Toolbar(props: Props) {
  const { chatId, query, filter, setFilter, columns, setColumns, attributes } = props;
  const [choosing, setChoosing] = useState(false);
  const action = useAction();
  const id = useId();
  const set = countSet(filter);
  const save = () =>
    action.run(async () => {
      const all = ['email', 'first_name', 'last_name', 'verified', ...columns];
      const text = await exportCustomers(chatId, query, asked(filter), all);
      saveFile(`contacts-${chatId}.csv`, text, 'text/csv');
      announce(t('The file is saved.'));
    });
  return (
    <>
      <div class="contacts-bar">
        <label class="contacts-order" for={`${id}-order`}>
          <span>{t('Order')}</span>
          <select
            id={`${id}-order`}
            class="input"
            value={filter.order}
            onChange={(event) =>
              setFilter({ ...filter, order: event.currentTarget.value as Filter['order'] })
            }
          >
            <option value="newest">{t('Newest first')}</option>
            <option value="oldest">{t('Oldest first')}</option>
            <option value="email">{t('By email')}</option>
          </select>
        </label>
        <div class="button-row">
          <button type="button" class="button" onClick={() => setChoosing(true)}>
            {t('Columns')}
          </button>
          {mayChange.value && (
            <button type="button" class="button" disabled={action.busy} onClick={save}>
              <Icon name="download" />
              {action.busy ? t('Exporting…') : t('Export as CSV')}
            </button>
          )}
        </div>
      </div>
      <ActionError error={action.error} />
      <details class="disclosure contacts-filters" open={set > 0}>
        <summary>
          {set > 0
            ? t('{count, plural, one {# filter} other {# filters}}', { count: set })
            : t('Filters')}
        </summary>
        <FilterFields filter={filter} setFilter={setFilter} attributes={attributes} />
      </details>
      {choosing && (
        <ColumnChoice
          columns={columns}
          setColumns={setColumns}
          attributes={attributes}
          onClose={() => setChoosing(false)}
        />
      )}
    </>
  );
}

type FieldsProps = Pick<Props, 'filter' | 'setFilter' | 'attributes'>;

function FilterFields({ filter, setFilter, attributes }: FieldsProps) {
  const id = useId();
  const change = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  // What is being typed stays while the table follows what was typed before it.
  const [name, setName] = useState(filter.attribute);
  const [value, setValue] = useState(filter.value);
  useEffect(() => setName(filter.attribute), [filter.attribute]);
  useEffect(() => setValue(filter.value), [filter.value]);
  const commit = () => change({ attribute: name.trim(), value });
  return (
    <div class="contacts-filter-grid">
      <Choice
        label={t('Known by')}
        value={filter.verified}
        any={t('Signed or typed')}
        yes={t('Signed by your shop')}
        no={t('Typed by the visitor')}
        change={(verified) => change({ verified })}
      />
      <Choice
        label={t('Marketing mail')}
        value={filter.consent}
        any={t('Whatever they said')}
        yes={t('Said yes')}
        no={t('Said no')}
        change={(consent) => change({ consent })}
      />
      <Choice
        label={t('Conversations')}
        value={filter.talks}
        any={t('With or without')}
        yes={t('Has written')}
        no={t('Has not written')}
        change={(talks) => change({ talks })}
      />
      <div class="field">
        <label for={`${id}-since`}>{t('Known since')}</label>
        <input
          id={`${id}-since`}
          type="date"
          class="input"
          value={filter.since}
          onChange={(event) => change({ since: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for={`${id}-attribute`}>{t('Attribute')}</label>
        <input
          id={`${id}-attribute`}
          class="input"
          list={`${id}-attributes`}
          autocomplete="off"
          maxLength={64}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          onChange={commit}
        />
        <datalist id={`${id}-attributes`}>
          {attributes.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      <div class="field">
        <label for={`${id}-value`}>{t('is exactly')}</label>
        <input
          id={`${id}-value`}
          class="input"
          autocomplete="off"
          maxLength={255}
          value={value}
          onInput={(event) => setValue(event.currentTarget.value)}
          onChange={commit}
        />
      </div>
      <button
        type="button"
        class="button small quiet"
        disabled={countSet(filter) === 0}
        onClick={() => setFilter({ ...EVERYBODY, order: filter.order })}
      >
        {t('Clear these')}
      </button>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: '' | 'true' | 'false';
  any: string;
  yes: string;
  no: string;
  change: (value: '' | 'true' | 'false') => void;
}

function Choice({ label, value, any, yes, no, change }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={value}
        onChange={(event) => change(event.currentTarget.value as ChoiceProps['value'])}
      >
        <option value="">{any}</option>
        <option value="true">{yes}</option>
        <option value="false">{no}</option>
      </select>
    </div>
  );
}

type ColumnsProps = Pick<Props, 'columns' | 'setColumns' | 'attributes'> & { onClose: () => void };

function ColumnChoice({ columns, setColumns, attributes, onClose }: ColumnsProps) {
  const chosen = columns.filter((one) => one.startsWith(ATTRIBUTE));
  // One that was chosen once stays to be chosen, though nobody on the page has it.
  const names = [...new Set([...attributes, ...chosen.map((one) => one.slice(ATTRIBUTE.length))])];
  const full = chosen.length >= MOST_ATTRIBUTES;
  const toggle = (column: string, on: boolean) =>
    setColumns(on ? [...columns, column] : columns.filter((one) => one !== column));
  const box = (column: string, label: string) => (
    <label key={column} class="check" dir="auto">
      <input
        type="checkbox"
        checked={columns.includes(column)}
        disabled={full && column.startsWith(ATTRIBUTE) && !columns.includes(column)}
        onChange={(event) => toggle(column, event.currentTarget.checked)}
      />
      {label}
    </label>
  );
  return (
    <Dialog
      title={t('Columns')}
      onDismiss={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={() => setColumns(USUAL_COLUMNS)}>
            {t('As usual')}
          </button>
          <button type="button" class="button primary" onClick={onClose}>
            {t('Done')}
          </button>
        </>
      }
    >
      <fieldset class="checks">
        <legend>{t('Known of each')}</legend>
        {COLUMNS.map(({ name, label }) => box(name, t(label)))}
      </fieldset>
      {names.length > 0 && (
        <fieldset class="checks">
          <legend>{t('Attributes, at most {count}', { count: MOST_ATTRIBUTES })}</legend>
          {names.map((name) => box(`${ATTRIBUTE}${name}`, name))}
        </fieldset>
      )}
      <p class="soft">{t('The choice is kept in this browser.')}</p>
    </Dialog>
  );
}
