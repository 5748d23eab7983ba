import type { Session } from '../session.ts';
import type { State } from '../state.ts';
import type { Store } from '../store.ts';
import { words } from '../words.ts';
import { Composer } from './Composer.tsx';
import { Log, Messages } from './Log.tsx';
import { FailedReplyView, OutgoingView, WaitingView, WritingView } from './Message.tsx';

interface ConversationProps {
  store: Store;
  session: Session;
  name: string;
}

/** The current conversation: what went wrong with it, what was said, and what to say next. */
export function Conversation({ store, session, name }: ConversationProps) {
  const { phase, visitor, messages, outbox, reply, line } = store.state.value;
  return (
    <>
      <Trouble line={line} phase={phase} reload={session.reload} />
      <Log store={store} busy={phase === 'loading' || reply?.phase === 'writing'}>
        {phase === 'loading' && (
          <p class="skeleton">
            <span class="unseen">{words.loading}</span>
          </p>
        )}
        {phase === 'ready' && (
          <p class="greeting">{words.greeting(visitor.verified ? visitor.firstName : '')}</p>
        )}
        <Messages messages={messages} name={name} />
        {reply?.phase === 'writing' && <WritingView text={store.writing} />}
        {outbox.map((item) => (
          <OutgoingView
            key={item.clientId}
            item={item}
            resend={session.resend}
            withdraw={session.withdraw}
          />
        ))}
        {reply?.phase === 'waiting' && <WaitingView speaker={name} />}
        {reply?.phase === 'failed' && (
          <FailedReplyView retry={() => session.retryReply(reply.id)} />
        )}
      </Log>
      <Composer store={store} session={session} />
    </>
  );
}

interface TroubleProps {
  line: State['line'];
  phase: State['phase'];
  reload(): void;
}

function Trouble({ line, phase, reload }: TroubleProps) {
  if (line === 'offline')
    return (
      <p class="notice" role="status">
        {words.offline}
      </p>
    );
  if (phase === 'failed') {
    return (
      <p class="notice" role="alert">
        {words.loadFailed}{' '}
        <button type="button" class="plain" onClick={reload}>
          {words.tryAgain}
        </button>
      </p>
    );
  }
  return line === 'fine' ? null : (
    <p class="notice" role="status">
      {words.reconnecting}
    </p>
  );
}
