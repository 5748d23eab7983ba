import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { dayOf, timeOf } from '../clock.ts';
import type { Session } from '../session.ts';
import type { Store } from '../store.ts';
import type { Summary, Thread } from '../wire.ts';
import { words } from '../words.ts';
import { Header } from './Header.tsx';
import { Log, Messages } from './Log.tsx';

interface HistoryProps {
  store: Store;
  session: Session;
  name: string;
  /** Back to the current conversation. */
  leave(): void;
  close(): void;
}

/** A signed-in customer's conversations, to read. */
export function History({ store, session, name, leave, close }: HistoryProps) {
  const summaries = useSignal<Summary[] | null>([]);
  const thread = useSignal<Thread | null>(null);
  const failed = useSignal(false);

  async function list() {
    summaries.value = await session.summaries();
    failed.value = summaries.value === null;
  }
  async function read(summary: Summary) {
    if (summary.current) return leave();
    thread.value = await session.thread(summary.id);
    failed.value = thread.value === null;
  }
  useEffect(() => void list(), []);

  const back = thread.value ? () => (thread.value = null) : leave;
  return (
    <>
      <Header name={words.earlier} status="" back={() => void back()} close={close} />
      {failed.value && (
        <p class="notice" role="alert">
          {words.earlierFailed}{' '}
          <button type="button" class="plain" onClick={() => void list()}>
            {words.tryAgain}
          </button>
        </p>
      )}
      {thread.value ? (
        <>
          <p class="notice">{words.readOnly}</p>
          <Log store={store} busy={false}>
            <Messages messages={thread.value.messages} name={name} />
          </Log>
        </>
      ) : (
        <ul class="history">
          {summaries.value?.map((summary) => (
            <li key={summary.id}>
              <button type="button" onClick={() => void read(summary)}>
                <span class="meta">
                  {summary.current
                    ? words.currentConversation
                    : `${dayOf(summary.lastMessageAt)}, ${timeOf(summary.lastMessageAt)}`}
                </span>
                <span class="preview" dir="auto">
                  {summary.preview}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
