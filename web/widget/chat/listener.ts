import type { StreamEvent } from '../../api/events.ts';
import { type Draft, hasGap, withDelta } from './state.ts';
import type { Store } from './store.ts';
import { type Message, readDelta, readMessage, readReplyId, readTypist } from './wire.ts';

/** How long somebody is believed to type on who is not heard of any more. */
const TYPING_MS = 6_000;

/** What hearing needs of the session. */
export interface ListenerOwner {
  store: Store;
  name: string;
  isOpen(): boolean;
  /** Something new is on the screen, if the panel is open. */
  see(): void;
  /** Something was missed, or the visitor changed: ask for the whole conversation. */
  lookAgain(): void;
  /** Part of a reply was missed: a new line begins with all of it. */
  reconnect(): void;
  /** A message came, as the service spelled it. */
  received(message: unknown): void;
}

/** Returns what turns the stream's events into state. */
export function createListener(owner: ListenerOwner): (event: StreamEvent) => void {
  const { store } = owner;
  let draft: Draft | null = null;
  /** A conversation that was parted is told from its beginning. */
  const told = new Set<string>();
  let typing: ReturnType<typeof setTimeout> | undefined;

  function hearMessage(body: unknown) {
    const message = readMessage(body);
    if (!message) return;
    // The answer to the visitor's own call may have been faster; the page is told once all the same.
    if (!store.state.value.messages.some(({ id }) => id === message.id)) take(message);
    if (!told.has(message.id)) owner.received(body);
    told.add(message.id);
  }

  function take(message: Message) {
    store.dispatch({ type: 'received', message });
    if (hasGap(store.state.value.messages)) owner.lookAgain();
    if (message.author === 'visitor') return;
    hearTyping('');
    store.news.value = `${message.authorName || owner.name}: ${message.text}`;
    if (owner.isOpen()) owner.see();
    else store.unread.value++;
  }

  function hearTyping(name: string) {
    clearTimeout(typing);
    store.typing.value = name;
    if (name) typing = setTimeout(hearTyping, TYPING_MS, '');
  }

  function hearDelta(body: unknown) {
    const delta = readDelta(body);
    if (!delta) return;
    draft = withDelta(draft, delta);
    if (!draft) return owner.reconnect();
    if (!draft.text) return;
    store.writing.value = draft.text;
    store.dispatch({ type: 'reply_written', replyId: delta.replyId });
  }

  return (event) => {
    const body = parse(event.data);
    if (event.type === 'message') hearMessage(body);
    if (event.type === 'delta') hearDelta(body);
    if (event.type === 'visitor') owner.lookAgain();
    if (event.type === 'typing') hearTyping(readTypist(body));
    if (event.type === 'reply_failed') {
      draft = null;
      store.dispatch({ type: 'reply_failed', replyId: readReplyId(body) });
    }
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
