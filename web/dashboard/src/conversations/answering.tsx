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
import { useResource } from '../resource';
import { session } from '../session';
import { Composer } from './composer';
import { Asked } from './escalation';
import { useTellTyping } from './live';

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
  const tell = useTellTyping(chatId, id);
  useFocusAfterChange(region, mine);

  const act = async (work: () => Promise<unknown>, said: string) => {
    const done = await action.run(async () => {
      await work();
      changed();
    });
    if (done) announce(said);
  };
  const assign = (to: string | null, said: string) =>
    act(() => assignConversation(chatId, id, to), said);
  return (
    <section class="answering" aria-label="Answering" ref={region}>
      <Asked chatId={chatId} conversation={conversation} changed={changed} />
      {noting ? (
        <div class="noting">
          <Composer
            label="Note for your colleagues"
            hint="The customer never sees it."
            verb="Keep note"
            verbing="Keeping…"
            focus
            send={async (name, text) => {
              await noteConversation(chatId, id, name, text);
            }}
            sent={() => {
              setNoting(false);
              announce('The note is kept.');
              changed();
            }}
          >
            <button type="button" class="button" onClick={() => setNoting(false)}>
              Cancel
            </button>
          </Composer>
        </div>
      ) : (
        mine && (
          <Composer
            label="Your answer"
            hint="Enter sends, Shift and Enter begin a new line."
            verb="Send"
            verbing="Sending…"
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
          <span dir="auto">{mine ? 'You answer' : (assignee?.name ?? 'The assistant')}</span>
          {mine ? ' in this conversation.' : ' answers in this conversation.'}
        </p>
        <div class="button-row">
          {!noting && (
            <button type="button" class="button quiet" onClick={() => setNoting(true)}>
              Write a note
            </button>
          )}
          {!escalated && (
            <button
              type="button"
              class="button quiet"
              disabled={action.busy}
              onClick={() =>
                act(() => escalateConversation(chatId, id, false), 'A person is asked for.')
              }
            >
              Ask for a person
            </button>
          )}
          <AssignTo
            chatId={chatId}
            without={[own, assignee?.id]}
            busy={action.busy}
            assign={({ id: to, name }) => assign(to, `${name} answers now.`)}
          />
          {assignee && (
            <button
              type="button"
              class="button"
              disabled={action.busy}
              onClick={() => assign(null, 'The assistant answers again.')}
            >
              Give back to the assistant
            </button>
          )}
          {!mine && own && (
            <button
              type="button"
              class="button primary take-over"
              disabled={action.busy}
              onClick={() => assign(own, 'You answer now.')}
            >
              Take over
            </button>
          )}
        </div>
      </div>
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
        Assign to
      </label>
      <select
        id={fieldId}
        class="input"
        value={to ? chosen : ''}
        onChange={(event) => setChosen(event.currentTarget.value)}
      >
        <option value="">Assign to…</option>
        {others.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {name} ({email})
          </option>
        ))}
      </select>
      {to && (
        <button type="submit" class="button" disabled={busy}>
          Assign
        </button>
      )}
    </form>
  );
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
