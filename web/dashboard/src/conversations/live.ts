/** An open conversation, followed as it goes on. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../../../api/client';
import { conversationEvents, tellTyping } from '../../../api/dashboard';
import { follow } from '../following';

/** How long the visitor is believed to type on who is not heard of any more. */
const TYPING_MS = 6_000;
/** How often the visitor is told that the operator types on. */
const TELL_MS = 3_000;

/** Reads the conversation again whenever it changes, and answers whether its visitor is typing. */
export function useConversationEvents(
  chatId: string,
  id: string,
  reload: () => Promise<ApiError | undefined>,
): boolean {
  const [typing, setTyping] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (now: boolean) => {
      clearTimeout(timer);
      setTyping(now);
      if (now) timer = setTimeout(hear, TYPING_MS, false);
    };
    const look = () => void reload();
    const stop = follow(conversationEvents(chatId, id), {
      look,
      events: {
        changed() {
          hear(false);
          look();
        },
        typing: () => hear(true),
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [chatId, id, reload]);
  return typing;
}

/** Returns what to call at each key: the visitor is told now and then. */
export function useTellTyping(chatId: string, id: string): () => void {
  const told = useRef(0);
  return () => {
    if (Date.now() - told.current < TELL_MS) return;
    told.current = Date.now();
    // It is a courtesy: where it does not arrive, nothing is lost.
    void tellTyping(chatId, id).catch(() => {});
  };
}
