import type { Entry } from '../../../api/dashboard';
import { figure, fullTime } from '../format';
import { rich, t } from '../i18n';

interface Props {
  chatId: string;
  entries: readonly Entry[];
  /** The page's own conversation needs no link to itself. */
  conversationId?: string;
}

/** Entries of the record as sentences, the newest first. */
export function Timeline({ chatId, entries, conversationId }: Props) {
  if (entries.length === 0) return <p class="soft">{t('Nothing is recorded yet.')}</p>;
  return (
    <ol class="timeline">
      {newestFirst(entries).map((entry, at) => (
        <li key={entry.seq ?? `${entry.at} ${entry.kind} ${at}`} data-kind={entry.kind}>
          <p>{t(entry.message)}</p>
          <p class="timeline-facts">
            <time dateTime={entry.at}>{fullTime(entry.at)}</time>
            {entry.reason && <code>{entry.reason}</code>}
            {entry.count !== null && <span>{countInWords(entry.kind, entry.count)}</span>}
            {entry.kid && <span>{rich('key {kid}', { kid: <code>{entry.kid}</code> })}</span>}
            {entry.operator && (
              <span dir="auto">{t('by {operator}', { operator: entry.operator })}</span>
            )}
            {entry.origin && <span dir="auto">{entry.origin}</span>}
            {entry.conversation_id && entry.conversation_id !== conversationId && (
              <a
                href={conversationAddress(chatId, entry.conversation_id)}
                aria-label={t('Conversation of {time}', { time: fullTime(entry.at) })}
              >
                {t('Conversation')}
              </a>
            )}
            {entry.request_id && (
              <span>{rich('request {id}', { id: <code>{entry.request_id}</code> })}</span>
            )}
            {entry.seq === null && <span class="unsealed">{t('not sealed yet')}</span>}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** What a count is of depends on what happened. */
function countInWords(kind: string, count: number): string {
  if (kind === 'joined' || kind === 'parted') {
    return t('{count, plural, one {# message} other {# messages}}', { count });
  }
  if (kind === 'refused') return t('{count, plural, one {# time} other {# times}}', { count });
  if (kind === 'customer_revoked') {
    return t('{count, plural, one {# device} other {# devices}}', { count });
  }
  return figure(count);
}

/** By time, and entries of one moment by their number; what is not sealed yet is the latest. */
export function newestFirst(entries: readonly Entry[]): Entry[] {
  const rank = ({ seq }: Entry) => seq ?? Number.POSITIVE_INFINITY;
  return [...entries].sort((a, b) => {
    const apart = Date.parse(b.at) - Date.parse(a.at);
    return apart || (rank(b) === rank(a) ? 0 : rank(b) - rank(a));
  });
}

function conversationAddress(chatId: string, id: string): string {
  return `/chats/${encodeURIComponent(chatId)}/conversations/${encodeURIComponent(id)}`;
}
