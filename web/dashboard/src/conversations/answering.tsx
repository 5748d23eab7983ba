import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { answerConversation, assignConversation, type Conversation } from '../../../api/dashboard';
import { type Action, ActionError, useAction } from '../action';
import { announce } from '../announce';
import { session } from '../session';
import { useTellTyping } from './live';

/** As many as the service takes. */
const MOST_CHARACTERS = 4_000;

interface Props {
  chatId: string;
  conversation: Conversation;
  /** Something is another way now: look again. */
  changed: () => void;
}

/** Who answers the customer, and how a person does. */
export function Answering({ chatId, conversation, changed }: Props) {
  const { id, assignee, escalated } = conversation;
  const own = session.value?.operator.id;
  const mine = assignee !== null && assignee.id === own;
  const action = useAction();
  const region = useRef<HTMLElement>(null);
  useFocusAfterChange(region, mine);

  const assign = async (to: string | null) => {
    const done = await action.run(async () => {
      await assignConversation(chatId, id, to);
      changed();
    });
    if (done) announce(to ? 'You answer now.' : 'The assistant answers again.');
  };
  return (
    <section class="answering" aria-label="Answering" ref={region}>
      {mine && <Composer chatId={chatId} conversationId={id} sent={changed} />}
      <div class="answering-line">
        <p class="soft">
          {escalated && <span class="answering-asked">A person is asked for. </span>}
          <span dir="auto">{mine ? 'You answer' : (assignee?.name ?? 'The assistant')}</span>
          {mine ? ' in this conversation.' : ' answers in this conversation.'}
        </p>
        <div class="button-row">
          {assignee && (
            <button
              type="button"
              class="button"
              disabled={action.busy}
              onClick={() => assign(null)}
            >
              Give back to the assistant
            </button>
          )}
          {!mine && own && (
            <button
              type="button"
              class="button primary"
              disabled={action.busy}
              onClick={() => assign(own)}
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

interface ComposerProps {
  chatId: string;
  conversationId: string;
  sent: () => void;
}

function Composer({ chatId, conversationId, sent }: ComposerProps) {
  const [text, setText] = useState('');
  const action = useAction();
  const send = useSend(chatId, conversationId, action);
  const tell = useTellTyping(chatId, conversationId);
  const fieldId = useId();
  const left = MOST_CHARACTERS - [...text].length;
  const canSend = text.trim() !== '' && left >= 0 && !action.busy;

  const submit = async () => {
    if (!canSend || !(await send(text))) return;
    setText('');
    sent();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void submit();
    }
    // Else it would leave the conversation, and what is written would be lost.
    if (event.key === 'Escape' && text) event.preventDefault();
  };
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label for={fieldId}>Your answer</label>
      <textarea
        id={fieldId}
        class="input"
        dir="auto"
        rows={2}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          tell();
        }}
        onKeyDown={onKeyDown}
      />
      <div class="answering-line">
        <p class="soft answering-hint" data-bad={left < 0}>
          {left < 0
            ? `${-left} characters too many`
            : 'Enter sends, Shift and Enter begin a new line.'}
        </p>
        <button type="submit" class="button primary" disabled={!canSend}>
          {action.busy ? 'Sending…' : 'Send'}
        </button>
      </div>
      <ActionError error={action.error} />
    </form>
  );
}

/** Sends a text under one name for as long as it is the same, so that trying again sends nothing twice. */
function useSend(chatId: string, conversationId: string, action: Action) {
  const tried = useRef({ text: '', name: '' });
  return async (text: string): Promise<boolean> => {
    if (tried.current.text !== text) tried.current = { text, name: randomName() };
    const { name } = tried.current;
    const done = await action.run(async () => {
      await answerConversation(chatId, conversationId, name, text);
    });
    if (done) tried.current = { text: '', name: '' };
    return done;
  };
}

function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whoever takes over writes next; whoever gives back stays where they are. */
function useFocusAfterChange(region: { current: HTMLElement | null }, mine: boolean): void {
  const before = useRef(mine);
  useEffect(() => {
    if (before.current === mine) return;
    before.current = mine;
    const next = region.current?.querySelector<HTMLElement>(mine ? 'textarea' : '.button.primary');
    next?.focus();
  }, [region, mine]);
}
