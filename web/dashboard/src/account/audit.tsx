import { useEffect, useState } from 'preact/hooks';
import {
  type AuditEntry,
  type AuditFilter,
  auditFile,
  listAudit,
  listMembers,
} from '../../../api/account';
import { ApiError } from '../../../api/client';
import { listChats } from '../../../api/dashboard';
import { fullTime } from '../format';
import { t } from '../i18n';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';
import { DEEDS } from './audit-words';
import { deviceName } from './device';

const ALL: AuditFilter = { operator: '', kind: '', since: '', until: '' };

interface Page {
  entries: readonly AuditEntry[];
  more: boolean;
}

/** Who did what in the account, when, and from where. */
export default function AuditPart() {
  const [days, setDays] = useState({ from: '', to: '' });
  const [chosen, setChosen] = useState({ operator: '', kind: '' });
  const filter = { ...ALL, ...chosen, since: startOf(days.from), until: endOf(days.to) };
  const key = JSON.stringify(filter);
  return (
    <section class="card section" aria-labelledby="audit-heading">
      <div class="section-head">
        <h2 id="audit-heading">{t('Audit log')}</h2>
        <a class="button small section-head-end" href={auditFile(filter)} download="audit.csv">
          <Icon name="download" />
          {t('Download as CSV')}
        </a>
      </div>
      <p class="soft">
        {t(
          'What people of this account did, kept for 400 days. What happened to the identities of customers is in the record of each chat, beside the customer.',
        )}
      </p>
      <Filters chosen={chosen} choose={setChosen} days={days} setDays={setDays} />
      <Entries key={key} filter={filter} />
    </section>
  );
}

interface FiltersProps {
  chosen: { operator: string; kind: string };
  choose: (next: { operator: string; kind: string }) => void;
  days: { from: string; to: string };
  setDays: (next: { from: string; to: string }) => void;
}

function Filters({ chosen, choose, days, setDays }: FiltersProps) {
  const members = useResource('members', listMembers);
  return (
    <div class="audit-filters">
      <label class="field">
        <span>{t('Person')}</span>
        <select
          class="input"
          value={chosen.operator}
          onChange={(event) => choose({ ...chosen, operator: event.currentTarget.value })}
        >
          <option value="">{t('Everybody')}</option>
          {members.value?.members.map((member) => (
            <option key={member.id} value={member.id}>
              {member.email}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{t('What was done')}</span>
        <select
          class="input"
          value={chosen.kind}
          onChange={(event) => choose({ ...chosen, kind: event.currentTarget.value })}
        >
          <option value="">{t('Everything')}</option>
          {Object.entries(DEEDS).map(([kind, words]) => (
            <option key={kind} value={kind}>
              {t(words)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{t('From')}</span>
        <input
          class="input"
          type="date"
          value={days.from}
          onChange={(event) => setDays({ ...days, from: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>{t('To')}</span>
        <input
          class="input"
          type="date"
          value={days.to}
          onChange={(event) => setDays({ ...days, to: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}

function Entries({ filter }: { filter: AuditFilter }) {
  const [page, setPage] = useState<Page | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const chats = useResource('chats', listChats);
  const read = async (before: string, signal: AbortSignal) => {
    setError(null);
    setBusy(true);
    try {
      const came = await listAudit(filter, before, signal);
      const earlier = before ? (page?.entries ?? []) : [];
      setPage({ entries: [...earlier, ...came.entries], more: came.more });
    } catch (failure) {
      if (signal.aborted) return;
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
    setBusy(false);
  };
  useEffect(() => {
    const mine = new AbortController();
    void read('', mine.signal);
    return () => mine.abort();
  }, []);
  const again = () => read('', new AbortController().signal);
  if (error) return <Failure error={error} retry={again} />;
  if (!page) return <Skeleton rows={5} of={t('the log')} />;
  if (page.entries.length === 0) return <p class="soft">{t('Nothing of that was done.')}</p>;
  const nameOf = (id: string) => chats.value?.find((chat) => chat.id === id)?.name ?? id;
  const last = page.entries.at(-1)?.id ?? '';
  return (
    <>
      <ol class="audit">
        {page.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} nameOf={nameOf} />
        ))}
      </ol>
      {page.more && (
        <p>
          <button
            type="button"
            class="button"
            disabled={busy}
            onClick={() => read(last, new AbortController().signal)}
          >
            {busy ? t('Loading…') : t('Earlier entries')}
          </button>
        </p>
      )}
    </>
  );
}

interface EntryProps {
  entry: AuditEntry;
  nameOf: (chatId: string) => string;
}

function Entry({ entry, nameOf }: EntryProps) {
  const { kind, operator, subject, detail, address, agent, chat_id: chat, at } = entry;
  const about = [chat && nameOf(chat), subject, detail].filter(Boolean).join(' · ');
  const place = [address, agent && deviceName(agent)].filter(Boolean).join(' · ');
  const failed = kind === 'sign_in_failed';
  return (
    <li class="audit-entry">
      <time class="soft" dateTime={at}>
        {fullTime(at)}
      </time>
      <div>
        <p>
          <strong class={failed ? 'audit-failed' : undefined}>{t(DEEDS[kind] ?? kind)}</strong>
          {about && <span class="audit-about"> {about}</span>}
        </p>
        <p class="soft">
          {operator ?? t('Terminal, program, or not signed in')}
          {place && ` · ${place}`}
        </p>
      </div>
    </li>
  );
}

/** Days are those of the reader's calendar. */
function startOf(day: string): string {
  return day ? new Date(`${day}T00:00:00`).toISOString() : '';
}

function endOf(day: string): string {
  if (!day) return '';
  const end = new Date(`${day}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}
