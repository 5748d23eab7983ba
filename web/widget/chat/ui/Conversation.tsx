import type { Session } from '../session.ts';
import type { State } from '../state.ts';
import type { Store } from '../store.ts';
import { fill, say, words } from '../words.ts';
import { Composer } from './Composer.tsx';
import { LeadForm } from './LeadForm.tsx';
import { Log, Messages } from './Log.tsx';
import { FailedReplyView, OutgoingView, WaitingView, WritingView } from './Message.tsx';

interface ConversationProps {
  store: Store;
  session: Session;
  name: string;
}

/** The current conversation: what went wrong with it, what was said, and what to say next. */
export function Conversation({ store, session, name }: ConversationProps) {
  const { phase, visitor, messages, outbox, reply, line, confirming, required, operator, form } =
    store.state.value;
  const typing = store.typing.value;
  // Before anything was said, the merchant asks first.
  const isFirst = !messages.length && !outbox.length;
  const doubted = outbox.some(({ problem }) => problem === 'unconfirmed');
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
          <p class="greeting" dir="auto">
            {greeting(visitor)}
          </p>
        )}
        {isFirst && phase === 'ready' && !required && !form.length && (
          <Questions store={store} session={session} />
        )}
        <Messages messages={messages} name={name} />
        {operator && (
          <p class="day" dir="auto">
            {fill(words.answeredBy, operator)}
          </p>
        )}
        {reply?.phase === 'writing' && <WritingView text={store.writing} />}
        {outbox.map((item) => (
          <OutgoingView
            key={item.clientId}
            item={item}
            confirming={confirming === 'waiting'}
            open={!required}
            offline={line === 'offline'}
            session={session}
          />
        ))}
        {reply?.phase === 'waiting' && <WaitingView speaker={name} />}
        {typing && !reply && <WaitingView speaker={typing} />}
        {reply?.phase === 'failed' && (
          <FailedReplyView retry={() => session.retryReply(reply.id)} />
        )}
      </Log>
      {required ? (
        <p class="notice" id="why-not">
          <b>{words.signInFirst}</b> <Staying store={store} />
        </p>
      ) : (
        doubted && confirming === 'asking' && <Unconfirmed session={session} />
      )}
      {form.length > 0 && <LeadForm fields={form} first={isFirst} session={session} />}
      {!(form.length > 0 && isFirst) && <Composer store={store} session={session} />}
    </>
  );
}

/** The merchant's own words, unless the customer can be called by their name. */
function greeting({ verified, firstName }: State['visitor']): string {
  if (say.welcome) return say.welcome;
  return verified && firstName ? fill(words.greetingTo, firstName) : words.greeting;
}

/** What the merchant thinks that visitors want to ask, with one press. */
function Questions({ store, session }: { store: Store; session: Session }) {
  if (!say.questions.length) return null;
  return (
    <ul class="questions" aria-label={words.questions}>
      {say.questions.map((question) => (
        <li key={question}>
          <button
            type="button"
            dir="auto"
            onClick={({ currentTarget }) => {
              currentTarget.closest('dialog')?.querySelector('textarea')?.focus();
              store.type(question);
              session.send();
            }}
          >
            {question}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Says for how long what is not sent is safe. */
function Staying({ store }: { store: Store }) {
  const unsent = store.state.value.outbox.length > 0;
  if (!unsent && !store.input.value) return null;
  return <>{!store.input.value || store.kept.value ? words.textStays : words.textStaysForNow}</>;
}

/** What a customer wrote must not go out as a stranger's unless they say so. */
function Unconfirmed({ session }: { session: Session }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a field set would be about fields
    <div class="notice" role="group" aria-labelledby="unconfirmed">
      <p id="unconfirmed">{words.unconfirmed}</p>
      <span class="choices">
        <button type="button" class="plain" onClick={session.disown}>
          {words.disown}
        </button>
        <button type="button" class="plain" onClick={session.keep}>
          {words.keep}
        </button>
      </span>
    </div>
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
