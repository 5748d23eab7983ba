import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { ActionError, useAction } from '../action';
import { Dialog } from './dialog';

interface Props {
  title: string;
  /** What happens then. */
  children: ComponentChildren;
  /** The words of the button that does it, and while it is done. */
  verb: string;
  verbing: string;
  /** The words of the button that does not. */
  keep: string;
  danger?: boolean;
  /** What must be typed first, so that it is not done by habit. */
  typed?: { text: string; label: string } | undefined;
  act: (typed: string) => Promise<void>;
  onClose: () => void;
}

/** A question before something that cannot be taken back, or not easily. */
export function Confirm(props: Props) {
  const { title, children, verb, verbing, keep, danger = false, typed, act, onClose } = props;
  const action = useAction();
  const [text, setText] = useState('');
  const fieldId = useId();
  const matches = !typed || text.trim() === typed.text;
  const go = async () => {
    if (matches && !action.busy && (await action.run(() => act(text.trim())))) onClose();
  };
  return (
    <Dialog
      title={title}
      onDismiss={onClose}
      actions={
        <>
          <button type="button" class="button" disabled={action.busy} onClick={onClose}>
            {keep}
          </button>
          <button
            type="button"
            class={danger ? 'button danger-solid' : 'button primary'}
            disabled={action.busy || !matches}
            onClick={go}
          >
            {action.busy ? verbing : verb}
          </button>
        </>
      }
    >
      {children}
      {typed && (
        <form
          class="field"
          onSubmit={(event) => {
            event.preventDefault();
            void go();
          }}
        >
          <label for={fieldId}>{typed.label}</label>
          <input
            id={fieldId}
            class="input"
            value={text}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </form>
      )}
      <ActionError error={action.error} />
    </Dialog>
  );
}
