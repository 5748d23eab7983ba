import { useEffect, useId, useRef, useState } from 'preact/hooks';
import {
  answerConversation,
  assignConversation,
  type Colleague,
  type Conversation,
  escalateConversation,
  listColleagues,
  noteConversation,
} from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { rich, t } from '../i18n';
import { useResource } from '../resource';
import { session } from '../session';
import { Composer } from './composer';
import { Asked } from './escalation';
import { useTellTyping } from './live';

/** Long enough to read it, to notice, and to get there by keyboard. */
const UNDO_MS = 20_000;

interface Props {
  chatId: string;
  conversation: Conversation;
  /** Something is another way now: look again. */
  changed: () => void;
}

/** Who answers the customer, how a person does, and what is written for colleagues only. */
export function Answering({ chatId, conversation, changed }: Props) {
  const { id, assignee, escalated } = conversation;
  const own = session.value?.operator.id;
  const mine = assignee !== null && assignee.id === own;
  const action = useAction();
  const region = useRef<HTMLElement>(null);
  const [noting, setNoting] = useState(false);
  const [undo, setUndo] = useUndo();
  const tell = useTellTyping(chatId, id);
  useFocusAfterChange(region, mine);

  const act = async (work: () => Promise<unknown>, said: string) => {
    const done = await action.run(async () => {
      await work();
      changed();
    });
    if (done) announce(said);
  };
  const assign = (to: string | null, said: string) => {
    const before = assignee?.id ?? null;
    setUndo({ said, take: () => assignConversation(chatId, id, before) });
    return act(() => assignConversation(chatId, id, to), said);
  };
  const takeBack = async () => {
    const take = undo?.take;
    setUndo(null);
    if (take) await act(take, t('Taken back.'));
  };
  return (
    <section class="answering" aria-label={t('Answering')} ref={region}>
      <Asked
        chatId={chatId}
        conversation={conversation}
        changed={changed}
        settled={() =>
          setUndo({
            said: t('Settled.'),
            take: () => escalateConversation(chatId, id, 'reopen'),
          })
        }
      />
      {noting ? (
        <div class="noting">
          <Composer
            label={t('Note for your colleagues')}
            hint={t('The customer never sees it.')}
            verb={t('Keep note')}
            verbing={t('Keeping…')}
            draft={`note ${id}`}
            name="note-field"
            focus
            send={async (name, text) => {
              await noteConversation(chatId, id, name, text);
            }}
            sent={() => {
              setNoting(false);
              announce(t('The note is kept.'));
              changed();
            }}
          >
            <button type="button" class="button" onClick={() => setNoting(false)}>
              {t('Cancel')}
            </button>
          </Composer>
        </div>
      ) : (
        mine && (
          <Composer
            label={t('Your answer')}
            hint={t('Enter sends, Shift and Enter begin a new line.')}
            verb={t('Send')}
            verbing={t('Sending…')}
            draft={`answer ${id}`}
            name="answer"
            send={async (name, text) => {
              await answerConversation(chatId, id, name, text);
            }}
            sent={changed}
            typing={tell}
          />
        )
      )}
      <div class="answering-line">
        <p class="soft">
          {mine
            ? t('You answer in this conversation.')
            : assignee
              ? rich('{name} answers in this conversation.', {
                  name: <span dir="auto">{assignee.name}</span>,
                })
              : t('The assistant answers in this conversation.')}
        </p>
        <div class="button-row">
          {!noting && (
            <button
              type="button"
              class="button quiet"
              data-key="note"
              aria-keyshortcuts="n"
              onClick={() => setNoting(true)}
            >
              {t('Write a note')}
            </button>
          )}
          {!escalated && (
            <button
              type="button"
              class="button quiet"
              disabled={action.busy}
              onClick={() =>
                act(() => escalateConversation(chatId, id, 'ask'), t('A person is asked for.'))
              }
            >
              {t('Ask for a person')}
            </button>
          )}
          <AssignTo
            chatId={chatId}
            without={[own, assignee?.id]}
            busy={action.busy}
            assign={({ id: to, name }) => assign(to, t('{name} answers now.', { name }))}
          />
          {assignee && (
            <button
              type="button"
              class="button"
              disabled={action.busy}
              onClick={() => assign(null, t('The assistant answers again.'))}
            >
              {t('Give back to the assistant')}
            </button>
          )}
          {!mine && own && (
            <button
              type="button"
              class="button primary take-over"
              data-key="take-over"
              aria-keyshortcuts="a"
              disabled={action.busy}
              onClick={() => assign(own, t('You answer now.'))}
            >
              {t('Take over')}
            </button>
          )}
        </div>
      </div>
      {undo && (
        <p class="undo" role="status">
          <span dir="auto">{undo.said}</span>
          <button type="button" class="button small" disabled={action.busy} onClick={takeBack}>
            {t('Undo')}
          </button>
        </p>
      )}
      <ActionError error={action.error} />
    </section>
  );
}

interface AssignToProps {
  chatId: string;
  /** Who is not among those to choose from. */
  without: readonly (string | undefined)[];
  busy: boolean;
  assign: (to: Colleague) => void;
}

/** Gives the conversation to somebody else, where there is anybody. */
function AssignTo({ chatId, without, busy, assign }: AssignToProps) {
  const colleagues = useResource(`colleagues ${chatId}`, (signal) =>
    listColleagues(chatId, signal),
  );
  const [chosen, setChosen] = useState('');
  const fieldId = useId();
  const others = (colleagues.value ?? []).filter((one) => !without.includes(one.id));
  const to = others.find((one) => one.id === chosen);
  if (others.length === 0) return null;
  return (
    <form
      class="assign-to"
      onSubmit={(event) => {
        event.preventDefault();
        if (!to || busy) return;
        setChosen('');
        assign(to);
      }}
    >
      <label class="unseen" for={fieldId}>
        {t('Assign to')}
      </label>
      <select
        id={fieldId}
        class="input"
        value={to ? chosen : ''}
        onChange={(event) => setChosen(event.currentTarget.value)}
      >
        <option value="">{t('Assign to…')}</option>
        {others.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {t('{name} ({email})', { name, email })}
          </option>
        ))}
      </select>
      {to && (
        <button type="submit" class="button" disabled={busy}>
          {t('Assign')}
        </button>
      )}
    </form>
  );
}

interface Undo {
  said: string;
  take: () => Promise<unknown>;
}

/** What was done last and can be taken back, for some seconds. */
function useUndo() {
  const [undo, setUndo] = useState<Undo | null>(null);
  useEffect(() => {
    if (!undo) return;
    const timer = setTimeout(setUndo, UNDO_MS, null);
    return () => clearTimeout(timer);
  }, [undo]);
  return [undo, setUndo] as const;
}

/** Whoever takes over writes next; whoever gives back stays where they are. */
function useFocusAfterChange(region: { current: HTMLElement | null }, mine: boolean): void {
  const before = useRef(mine);
  useEffect(() => {
    if (before.current === mine) return;
    before.current = mine;
    const next = region.current?.querySelector<HTMLElement>(mine ? 'textarea' : '.take-over');
    next?.focus();
  }, [region, mine]);
}
