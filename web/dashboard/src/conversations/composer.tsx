import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { type Action, ActionError, useAction } from '../action';
import { t } from '../i18n';
import { keepDraft, readDraft } from './drafts';

/** As many as the service takes. */
const MOST_CHARACTERS = 4_000;

interface Props {
  label: string;
  hint: string;
  verb: string;
  verbing: string;
  /** Under which name what was begun is kept, until it is sent. */
  draft: string;
  /** What keys and others know the field by. */
  name: string;
  /** Whether it is entered on opening. */
  focus?: boolean;
  /** Sends a text under a name of its own: the same name again sends nothing twice. */
  send: (name: string, text: string) => Promise<void>;
  sent: () => void;
  typing?: () => void;
  /** Beside the button. */
  children?: ComponentChildren;
}

/** A field for a text of some lines, sent by Enter. */
export function Composer(props: Props) {
  const { label, hint, verb, verbing, focus = false, sent, typing, children } = props;
  const [text, setText] = useState(() => readDraft(props.draft));
  const change = (next: string) => {
    setText(next);
    keepDraft(props.draft, next);
  };
  const action = useAction();
  const send = useSend(props.send, action);
  const fieldId = useId();
  const left = MOST_CHARACTERS - [...text].length;
  const canSend = text.trim() !== '' && left >= 0 && !action.busy;

  const submit = async () => {
    if (!canSend || !(await send(text))) return;
    change('');
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
      <label for={fieldId}>{label}</label>
      <textarea
        id={fieldId}
        class="input"
        data-key={props.name}
        dir="auto"
        rows={2}
        value={text}
        ref={focus ? focusOnce : null}
        onInput={(event) => {
          change(event.currentTarget.value);
          typing?.();
        }}
        onKeyDown={onKeyDown}
      />
      <div class="answering-line">
        <p class="soft answering-hint" data-bad={left < 0}>
          {left < 0
            ? t('{count, plural, one {# character too many} other {# characters too many}}', {
                count: -left,
              })
            : hint}
        </p>
        <div class="button-row">
          {children}
          <button type="submit" class="button primary" disabled={!canSend}>
            {action.busy ? verbing : verb}
          </button>
        </div>
      </div>
      <ActionError error={action.error} />
    </form>
  );
}

function focusOnce(field: HTMLTextAreaElement | null): void {
  field?.focus();
}

/** Sends a text under one name for as long as it is the same, so that trying again sends nothing twice. */
function useSend(give: Props['send'], action: Action) {
  const tried = useRef({ text: '', name: '' });
  return async (text: string): Promise<boolean> => {
    if (tried.current.text !== text) tried.current = { text, name: randomName() };
    const { name } = tried.current;
    const done = await action.run(() => give(name, text));
    if (done) tried.current = { text: '', name: '' };
    return done;
  };
}

function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
