import { type Conversation, type Escalation, escalateConversation } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { clockTime, fullTime } from '../format';
import { Icon } from '../parts/icon';

interface Props {
  chatId: string;
  conversation: Conversation;
  changed: () => void;
}

const ASKED_BY = {
  assistant: 'The assistant asks for a person',
  program: 'A program asks for a person',
  operator: 'One of you asks for a person',
} as const;

/** That a person is asked for: why, who was told, and the button that settles it. */
export function Asked({ chatId, conversation, changed }: Props) {
  const action = useAction();
  const { id, escalated, escalation } = conversation;
  if (!escalated || !escalation) return null;
  const settle = async () => {
    const done = await action.run(async () => {
      await escalateConversation(chatId, id, true);
      changed();
    });
    if (done) announce('Settled.');
  };
  const { asked_by: by, asked_at: at, reason, mail } = escalation;
  return (
    <div class="notice warn asked">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{by ? ASKED_BY[by] : 'A person is asked for'}</strong>{' '}
          <time dateTime={at} title={fullTime(at)}>
            ({clockTime(at)})
          </time>
        </p>
        {reason && <p dir="auto">“{reason}”</p>}
        <p class="asked-mail">{mailSentence(mail)}</p>
        <ActionError error={action.error} />
      </div>
      <button type="button" class="button small" disabled={action.busy} onClick={settle}>
        {action.busy ? 'Settling…' : 'Settle'}
      </button>
    </div>
  );
}

/** Whether people were told by mail, in a sentence. */
export function mailSentence({ state, sent_at, next_try_at, problem }: Escalation['mail']): string {
  const why = problem ? ` (${problem})` : '';
  switch (state) {
    case 'sent':
      return `Told by email at ${sent_at ? clockTime(sent_at) : 'once'}.`;
    case 'waiting':
      return problem
        ? `The mail was not taken so far${why}; next try at ${next_try_at ? clockTime(next_try_at) : 'once'}.`
        : 'The mail is on its way.';
    case 'failed':
      return `Nobody was told by email: it was not taken${why}.`;
    case 'not_set_up':
      return 'Nobody is told by email: this service has no mail server.';
    case 'off':
      return 'Nobody is told by email: it is switched off for this chat.';
    case 'none':
      return 'No mail was sent: there was no mail server then.';
    case 'needless':
      return 'No mail was needed.';
  }
}
