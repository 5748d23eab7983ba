import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../session.ts';
import { words } from '../words.ts';

interface StartNewProps {
  session: Session;
  asking: Signal<boolean>;
  /** Whether the conversation that is left can be read later. */
  kept: boolean;
}

/** Asks before a conversation is left behind. */
export function StartNew({ session, asking, kept }: StartNewProps) {
  const failed = useSignal(false);
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => confirm.current?.focus(), []);

  async function start() {
    failed.value = (await session.startConversation()) !== null;
    asking.value = failed.value;
  }
  return (
    <div class="notice" role="alert">
      {failed.value ? words.startNewFailed : kept ? words.startNewKept : words.startNewLost}
      <span class="choices">
        <button type="button" class="plain" ref={confirm} onClick={() => void start()}>
          {words.startNewConfirm}
        </button>
        <button
          type="button"
          class="plain"
          onClick={() => {
            asking.value = false;
          }}
        >
          {words.startNewCancel}
        </button>
      </span>
    </div>
  );
}
