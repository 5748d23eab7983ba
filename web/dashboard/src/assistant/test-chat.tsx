import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import { type Lead, type SettingsValues, tryAssistant } from '../../../api/dashboard';
import { explain } from '../explain';
import { msg, rich, t } from '../i18n';
import { Content } from '../parts/content';
import { scrollRegion } from '../parts/scroll-region';
import { AsWhom } from './as-whom';
import { asked, ended, heard, type Step, said, type Talk, type Turn } from './talk';

interface Props {
  chatId: string;
  /** Settings that are typed and not saved. */
  draft: SettingsValues;
}

/** As the service takes them. */
const MOST_TEXT = 4_000;
const MOST_MESSAGES = 40;

const TOOLS: Record<string, string> = {
  look_up_order: msg('Looked an order up'),
  search_knowledge: msg('Searched the knowledge'),
  hand_over: msg('Asked for a person (here nobody is called)'),
};

/** A talk with the assistant of which nothing is kept. */
export function TestChat({ chatId, draft }: Props) {
  const [talk, setTalk] = useState<Talk>([]);
  const [customer, setCustomer] = useState<Lead | null>(null);
  const [text, setText] = useState('');
  const [unsaved, setUnsaved] = useState(true);
  const flight = useRef<AbortController | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  useEffect(() => () => flight.current?.abort(), []);
  const isDirty = Object.keys(draft).length > 0;
  const startOver = () => {
    flight.current?.abort();
    setTalk([]);
  };
  const isFull = said(talk).length + 1 > MOST_MESSAGES;
  const send = async () => {
    const question = text.trim();
    if (busy || !question || isFull) return;
    const next = asked(talk, question);
    setTalk(next);
    setText('');
    setBusy(true);
    const mine = new AbortController();
    flight.current = mine;
    try {
      await tryAssistant(
        chatId,
        {
          messages: said(next),
          customer_id: customer?.id ?? null,
          settings: unsaved ? draft : {},
        },
        mine.signal,
        (event) => !mine.signal.aborted && setTalk((held) => heard(held, event)),
      );
      setTalk((held) => ended(held, t('The connection broke off.')));
    } catch (failure) {
      if (!mine.signal.aborted && !(failure instanceof ApiError)) throw failure;
      const why = failure instanceof ApiError ? explain(failure).advice : t('Stopped.');
      setTalk((held) => ended(held, why));
    } finally {
      if (flight.current === mine) setBusy(false);
    }
  };
  return (
    <section class="card section" aria-labelledby="test-chat-heading">
      <h2 id="test-chat-heading">{t('Try it')}</h2>
      <p class="soft">
        {t(
          'Talk to the assistant as your customers do. Orders are looked up at your shop; nothing is kept as a conversation, and nobody is called.',
        )}
      </p>
      <AsWhom
        chatId={chatId}
        chosen={customer}
        disabled={busy}
        onChoose={(lead) => {
          setCustomer(lead);
          startOver();
        }}
      />
      {isDirty && (
        <label class="check-field">
          <input
            type="checkbox"
            checked={unsaved}
            onChange={(event) => setUnsaved(event.currentTarget.checked)}
          />
          <span>{t('With the changes above that are not saved yet')}</span>
        </label>
      )}
      <Log talk={talk} busy={busy} />
      <form
        class="talk-form"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <label class="unseen" for={id}>
          {t('Your question')}
        </label>
        <textarea
          id={id}
          class="input"
          rows={2}
          maxLength={MOST_TEXT}
          placeholder={t('Where is my order?')}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
        <div class="button-row">
          {busy ? (
            <button type="button" class="button" onClick={() => flight.current?.abort()}>
              {t('Stop')}
            </button>
          ) : (
            <button type="submit" class="button primary" disabled={!text.trim() || isFull}>
              {t('Ask')}
            </button>
          )}
          {talk.length > 0 && (
            <button type="button" class="button" onClick={startOver}>
              {t('Start over')}
            </button>
          )}
        </div>
        {isFull && (
          <p class="field-error" role="alert">
            {t('A talk has at most {count} messages here. Start over to go on.', {
              count: MOST_MESSAGES,
            })}
          </p>
        )}
      </form>
    </section>
  );
}

function Log({ talk, busy }: { talk: Talk; busy: boolean }) {
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => log.current?.scrollTo({ top: log.current.scrollHeight }), [talk]);
  if (talk.length === 0) return null;
  return (
    <div ref={log} class="talk" {...scrollRegion(t('The talk'))}>
      {talk.map((turn, at) => (
        <TurnView key={at} turn={turn} busy={busy && at === talk.length - 1} />
      ))}
      <p class="unseen" role="status">
        {!busy && (talk.at(-1)?.text ?? '')}
      </p>
    </div>
  );
}

function TurnView({ turn, busy }: { turn: Turn; busy: boolean }) {
  if (turn.author === 'visitor') {
    return (
      <div class="turn of-visitor">
        <span class="unseen">{t('You:')}</span>
        <p dir="auto">{turn.text}</p>
      </div>
    );
  }
  return (
    <div class="turn of-assistant">
      <span class="unseen">{t('Assistant:')}</span>
      {turn.steps.map((step, at) => (
        <StepView key={at} step={step} />
      ))}
      {turn.content ? (
        <div dir="auto">
          <Content blocks={turn.content} />
        </div>
      ) : (
        turn.text && <p dir="auto">{turn.text}</p>
      )}
      {busy && !turn.text && <p class="soft">{t('Thinking…')}</p>}
      {turn.failure && (
        <p class="field-error">{t('No answer: {reason}', { reason: t(turn.failure) })}</p>
      )}
    </div>
  );
}

function StepView({ step }: { step: Step }) {
  const filled = Object.entries(step.filled);
  return (
    <details class="disclosure step">
      <summary>{t(TOOLS[step.name] ?? step.name)}</summary>
      <p>{rich('The assistant called {call}.', { call: <code>{callOf(step)}</code> })}</p>
      {filled.map(([name, value]) => (
        <p key={name}>
          {rich('The service sent {field} by itself, whatever the assistant says.', {
            field: <code>{`${name}: ${String(value)}`}</code>,
          })}
        </p>
      ))}
      {step.answer === undefined ? (
        <p class="soft">{t('Nothing has come back yet.')}</p>
      ) : (
        <>
          <p>{t('This came back:')}</p>
          <pre {...scrollRegion(t('What came back'))}>
            <code>{JSON.stringify(step.answer, null, 2)}</code>
          </pre>
        </>
      )}
    </details>
  );
}

function callOf({ name, arguments: args }: Step): string {
  return `${name}(${args})`;
}
