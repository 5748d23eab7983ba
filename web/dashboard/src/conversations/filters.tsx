import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { listColleagues, type Show } from '../../../api/dashboard';
import { figure } from '../format';
import { msg, t } from '../i18n';
import { Icon } from '../parts/icon';
import { useResource } from '../resource';
import { countFolded, EVERYTHING, type Filter } from './filter';

const TYPING_PAUSE_MS = 250;
/** The service counts no further. */
const MOST_COUNTED = 1_000;

interface FiltersProps {
  chatId: string;
  filter: Filter;
  setFilter: (filter: Filter) => void;
  needsPerson: number;
}

const SHOWN: readonly { value: Show; label: string }[] = [
  { value: 'all', label: msg('All') },
  { value: 'needs_person', label: msg('Needs a person') },
  { value: 'mine', label: msg('Mine') },
  { value: 'unassigned', label: msg('Unassigned') },
];

/** So many, or as many as are counted and more. */
export function atLeast(count: number): string {
  return count >= MOST_COUNTED ? `${figure(MOST_COUNTED)}+` : figure(count);
}

export function Filters({ chatId, filter, setFilter, needsPerson }: FiltersProps) {
  const folded = countFolded(filter);
  return (
    <div class="list-filters">
      <fieldset class="list-filter">
        <legend class="unseen">{t('Which conversations')}</legend>
        {SHOWN.map(({ value, label }) => (
          <button
            key={value}
            type="button"
            class="button small"
            aria-pressed={filter.show === value && !filter.assignee}
            onClick={() => setFilter({ ...filter, show: value, assignee: '' })}
          >
            {t(label)}
            {value === 'needs_person' && needsPerson > 0 && (
              <span class="filter-count">{atLeast(needsPerson)}</span>
            )}
          </button>
        ))}
      </fieldset>
      <details class="list-more-filters" open={folded > 0}>
        <summary>
          {folded > 0
            ? t('{count, plural, one {# more filter} other {# more filters}}', { count: folded })
            : t('More filters')}
        </summary>
        <Folded chatId={chatId} filter={filter} setFilter={setFilter} />
      </details>
    </div>
  );
}

function Folded({ chatId, filter, setFilter }: Omit<FiltersProps, 'needsPerson'>) {
  const id = useId();
  const colleagues = useResource(`colleagues ${chatId}`, (signal) =>
    listColleagues(chatId, signal),
  );
  const change = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  return (
    <div class="filter-grid">
      <label for={`${id}-who`}>{t('Answered by')}</label>
      <select
        id={`${id}-who`}
        class="input"
        value={filter.assignee}
        onChange={(event) => change({ assignee: event.currentTarget.value, show: 'all' })}
      >
        <option value="">{t('Anybody')}</option>
        {(colleagues.value ?? []).map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      <label for={`${id}-verified`}>{t('Customer')}</label>
      <select
        id={`${id}-verified`}
        class="input"
        value={filter.verified}
        onChange={(event) => change({ verified: event.currentTarget.value as Filter['verified'] })}
      >
        <option value="">{t('Verified or not')}</option>
        <option value="true">{t('Verified')}</option>
        <option value="false">{t('Not verified')}</option>
      </select>
      <label for={`${id}-from`}>{t('From')}</label>
      <input
        id={`${id}-from`}
        type="date"
        class="input"
        value={filter.from}
        onChange={(event) => change({ from: event.currentTarget.value })}
      />
      <label for={`${id}-to`}>{t('To')}</label>
      <input
        id={`${id}-to`}
        type="date"
        class="input"
        value={filter.to}
        onChange={(event) => change({ to: event.currentTarget.value })}
      />
      <button
        type="button"
        class="button small quiet"
        disabled={countFolded(filter) === 0}
        onClick={() => setFilter({ ...EVERYTHING, show: filter.show })}
      >
        {t('Clear these')}
      </button>
    </div>
  );
}

interface SearchProps {
  query: string;
  onSearch: (query: string) => void;
  label: string;
  placeholder: string;
}

/** A field that searches when one stops writing. */
export function SearchField({ query, onSearch, label, placeholder }: SearchProps) {
  const [text, setText] = useState(query);
  const sent = useRef(query);
  const search = (wanted: string) => {
    sent.current = wanted;
    onSearch(wanted);
  };
  const latest = useRef(search);
  latest.current = search;
  useEffect(() => {
    // Another part of the page asks for something else; what was sent from here is not written over what was typed since.
    if (query === sent.current) return;
    sent.current = query;
    setText(query);
  }, [query]);
  useEffect(() => {
    if (text.trim() === sent.current) return;
    const timer = setTimeout(() => latest.current(text.trim()), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <search class="search">
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          search(text.trim());
        }}
      >
        <Icon name="search" />
        <input
          type="search"
          class="input"
          aria-label={label}
          placeholder={placeholder}
          autocomplete="off"
          spellcheck={false}
          maxLength={255}
          value={text}
          data-key="search"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            // Once more goes back to the list.
            if (text) event.preventDefault();
            setText('');
            search('');
          }}
        />
      </form>
    </search>
  );
}
