import { useSignal, useSignalEffect } from '@preact/signals';
import { type ComponentChildren, Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { dayOf, isSameDay } from '../clock.ts';
import type { Store } from '../store.ts';
import type { Message } from '../wire.ts';
import { words } from '../words.ts';
import { Icon } from './icons.tsx';
import { MessageView } from './Message.tsx';

/** As far from the end as still counts as reading along, in pixels. */
const NEAR_END = 60;

interface LogProps {
  store: Store;
  /** Whether something is being written into it now. */
  busy: boolean;
  children: ComponentChildren;
}

/** The scrolling list. It follows what is written for as long as the reader is at its end. */
export function Log({ store, busy, children }: LogProps) {
  const { box, following, follow, scrolled } = useFollow(store);
  return (
    <div class="log-frame">
      <div
        class="log"
        role="log"
        aria-label={words.log}
        aria-live="off"
        aria-busy={busy}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={scrolled}
      >
        {children}
      </div>
      {!following.value && (
        <button type="button" class="round latest" aria-label={words.toLatest} onClick={follow}>
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

/** Scrolling at each token would cost more than all the rest, so it is done once a frame. */
function useFollow({ state, writing }: Store) {
  const box = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const frame = useRef(0);
  const top = useRef(0);
  const outgoing = useRef(0);

  const toEnd = () => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      if (box.current && following.value) box.current.scrollTop = box.current.scrollHeight;
    });
  };
  const follow = () => {
    following.value = true;
    toEnd();
  };
  useSignalEffect(() => {
    const { length } = state.value.outbox;
    void writing.value;
    if (length > outgoing.current) following.value = true;
    outgoing.current = length;
    toEnd();
  });
  useEffect(() => {
    if (!box.current) return;
    const sizes = new ResizeObserver(toEnd);
    sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);

  return {
    box,
    following,
    follow,
    /** Only going up is leaving: the end also moves away when something long arrives. */
    scrolled() {
      if (!box.current) return;
      const { scrollHeight, scrollTop, clientHeight } = box.current;
      const near = scrollHeight - scrollTop - clientHeight < NEAR_END;
      if (near || scrollTop < top.current) following.value = near;
      top.current = scrollTop;
    },
  };
}

/** Messages with a line where a day begins, and one name and one time for what was said in a row. */
export function Messages({ messages, name }: { messages: readonly Message[]; name: string }) {
  return (
    <>
      {messages.map((message, at) => {
        const before = messages[at - 1];
        const after = messages[at + 1];
        const newDay = !before || !isSameDay(before.sentAt, message.sentAt);
        return (
          <Fragment key={message.id}>
            {newDay && <p class="day">{dayOf(message.sentAt)}</p>}
            <MessageView
              message={message}
              speaker={message.authorName || name}
              first={newDay || before?.author !== message.author}
              last={after?.author !== message.author}
            />
          </Fragment>
        );
      })}
    </>
  );
}
