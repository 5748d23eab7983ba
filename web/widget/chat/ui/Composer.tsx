import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { TEXT_LIMIT } from '../outbox.ts';
import type { Session } from '../session.ts';
import type { Store } from '../store.ts';
import { fill, say, words } from '../words.ts';
import { Icon } from './icons.tsx';

/** From here on the reader is told how many characters are left. */
const NEAR_LIMIT = 3600;

export function Composer({ store, session }: { store: Store; session: Session }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = store.input.value;
  const { required } = store.state.value;
  const length = text.length < NEAR_LIMIT ? text.length : [...text.trim()].length;
  const left = TEXT_LIMIT - length;

  /** As high as its text, within what the styles allow. */
  const grow = () =>
    requestAnimationFrame(() => {
      if (!field.current) return;
      const { style } = field.current;
      style.blockSize = 'auto';
      // Nothing has a height in a panel that is closed.
      const height = field.current.scrollHeight;
      if (height) style.blockSize = `${height}px`;
    });
  useSignalEffect(() => {
    void store.input.value;
    grow();
  });

  return (
    <form
      class={required ? 'composer closed' : 'composer'}
      onSubmit={(event) => {
        event.preventDefault();
        session.send();
        field.current?.focus();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        // Nothing that is typed leaves the hint in the direction of the chat.
        dir={text ? 'auto' : undefined}
        aria-label={words.inputLabel}
        placeholder={say.hint || words.inputHint}
        // Not `disabled`: the text can still be read and copied, and the focus is not lost.
        readOnly={required}
        aria-disabled={required}
        aria-describedby={required ? 'why-not' : undefined}
        enterkeyhint="send"
        value={text}
        aria-invalid={left < 0}
        onFocus={grow}
        onInput={({ currentTarget }) => {
          store.type(currentTarget.value);
          session.types();
        }}
        onKeyDown={(event) => {
          // While a word is being composed, Enter belongs to the input method.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          session.send();
        }}
      />
      {length >= NEAR_LIMIT && (
        <p class={`counter${left < 0 ? ' problem' : ''}`} role="status">
          {left < 0 ? fill(words.tooLong, -left) : fill(words.charactersLeft, left)}
        </p>
      )}
      <button
        type="submit"
        class="round send"
        aria-label={words.send}
        disabled={!text.trim() || left < 0 || required}
      >
        <Icon name="send" />
      </button>
    </form>
  );
}
