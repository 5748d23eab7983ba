import { type Signal, useComputed } from '@preact/signals';
import { timeOf } from '../clock.ts';
import type { Session } from '../session.ts';
import type { Outgoing } from '../state.ts';
import type { Message } from '../wire.ts';
import { fill, words } from '../words.ts';
import { Content } from './Content.tsx';

interface MessageProps {
  message: Message;
  /** Who speaks; shown for people, above the first of several. */
  speaker: string;
  first: boolean;
  last: boolean;
}

/** A message that is in the conversation. */
export function MessageView({ message, speaker, first, last }: MessageProps) {
  const own = message.author === 'visitor';
  const time = last ? timeOf(message.sentAt) : '';
  return (
    <div class={`message ${own ? 'own' : 'other'}${first ? ' first' : ''}`}>
      {first && message.author === 'operator' && <p class="speaker">{speaker}</p>}
      <p class="unseen">{own ? words.youSaid : fill(words.said, speaker)}</p>
      <div class="text" dir="auto">
        {message.content.length ? <Content blocks={message.content} /> : <p>{message.text}</p>}
      </div>
      {time && (
        <time class="meta" dateTime={message.sentAt}>
          {time}
        </time>
      )}
    </div>
  );
}

interface OutgoingProps {
  item: Outgoing;
  /** Whether the page is being given time to say who the visitor is. */
  confirming: boolean;
  /** Whether strangers may write. */
  open: boolean;
  /** It goes out by itself when the network is back. */
  offline: boolean;
  session: Session;
}

/** A message on its way. */
export function OutgoingView({ item, confirming, open, offline, session }: OutgoingProps) {
  const problem = offline && item.problem === 'network' ? null : item.problem;
  const waits = !problem || problem === 'unconfirmed';
  return (
    <div class={`message own first ${waits ? 'sending' : 'failed'}`}>
      <p class="unseen">{words.youSaid}</p>
      <div class="text" dir="auto">
        <p>{item.text}</p>
      </div>
      {waits ? (
        <p class="meta">
          {!problem
            ? offline
              ? words.notSentYet
              : words.sending
            : confirming
              ? words.confirming
              : words.notSentYet}
        </p>
      ) : (
        <p class={problem === 'kept' ? 'meta' : 'meta problem'}>
          {problem === 'kept' ? words.kept : words[problem]}{' '}
          {problem === 'kept' && open && (
            <>
              <Plain label={words.disown} press={session.disown} />{' '}
            </>
          )}
          {problem === 'invalid' || problem === 'kept' || !open ? (
            <Plain label={words.remove} press={() => session.withdraw(item.clientId)} />
          ) : (
            <Plain label={words.retry} press={session.resend} />
          )}
        </p>
      )}
    </div>
  );
}

function Plain({ label, press }: { label: string; press(): void }) {
  return (
    <button type="button" class="plain" onClick={press}>
      {label}
    </button>
  );
}

/** The answer as it is being written. Only its text changes, and no component runs for that. */
export function WritingView({ text }: { text: Signal<string> }) {
  const plain = useComputed(() => withoutMarks(text.value));
  return (
    <div class="message other first" aria-hidden="true">
      <div class="text" dir="auto">
        <p>{plain}</p>
      </div>
    </div>
  );
}

/** The finished message comes as a tree; until then its marks would only flicker. */
function withoutMarks(markdown: string): string {
  return markdown
    .replace(/\*\*/g, '')
    .replace(/^(\s*)[-*] /gm, '$1\u2022 ')
    .replace(/\[([^\]]*)\]\([^)\s]*\)?/g, '$1');
}

export function WaitingView({ speaker }: { speaker: string }) {
  return (
    <div class="message other first">
      <p class="unseen">{fill(words.isWriting, speaker)}</p>
      <div class="text dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}

export function FailedReplyView({ retry }: { retry(): void }) {
  return (
    <p class="meta problem" role="alert">
      {words.replyFailed}{' '}
      <button type="button" class="plain" onClick={retry}>
        {words.tryAgain}
      </button>
    </p>
  );
}
