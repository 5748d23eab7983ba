import { type Conversation, type Escalation, escalateConversation } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { clockTime, fullTime } from '../format';
import { msg, rich, t } from '../i18n';
import { Icon } from '../parts/icon';

interface Props {
  chatId: string;
  conversation: Conversation;
  changed: () => void;
  settled: () => void;
}

const ASKED_BY = {
  assistant: msg('The assistant asks for a person'),
  program: msg('A program asks for a person'),
  operator: msg('One of you asks for a person'),
} as const;

/** That a person is asked for: why, who was told, and the button that settles it. */
export function Asked({ chatId, conversation, changed, settled }: Props) {
  const action = useAction();
  const { id, escalated, escalation } = conversation;
  if (!escalated || !escalation) return null;
  const settle = async () => {
    const done = await action.run(async () => {
      await escalateConversation(chatId, id, 'settle');
      changed();
    });
    if (!done) return;
    announce(t('Settled.'));
    settled();
  };
  const { asked_by: by, asked_at: at, reason, mail } = escalation;
  return (
    <div class="notice warn asked">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{by ? t(ASKED_BY[by]) : t('A person is asked for')}</strong>{' '}
          <time dateTime={at} title={fullTime(at)}>
            {t('({time})', { time: clockTime(at) })}
          </time>
        </p>
        {reason && <p dir="auto">{rich('“{reason}”', { reason })}</p>}
        <p class="asked-mail">{mailSentence(mail)}</p>
        <ActionError error={action.error} />
      </div>
      <button type="button" class="button small" disabled={action.busy} onClick={settle}>
        {action.busy ? t('Settling…') : t('Settle')}
      </button>
    </div>
  );
}

/** Whether people were told by mail, in a sentence. */
export function mailSentence({ state, sent_at, next_try_at, problem }: Escalation['mail']): string {
  const code = problem ?? '';
  switch (state) {
    case 'sent':
      return sent_at
        ? t('Told by email at {time}.', { time: clockTime(sent_at) })
        : t('Told by email.');
    case 'waiting':
      if (!problem) return t('The mail is on its way.');
      return next_try_at
        ? t('The mail was not taken so far ({code}); next try at {time}.', {
            code,
            time: clockTime(next_try_at),
          })
        : t('The mail was not taken so far ({code}).', { code });
    case 'failed':
      return problem
        ? t('Nobody was told by email: it was not taken ({code}).', { code })
        : t('Nobody was told by email: it was not taken.');
    case 'not_set_up':
      return t('Nobody is told by email: this service has no mail server.');
    case 'off':
      return t('Nobody is told by email: it is switched off for this chat.');
    case 'none':
      return t('No mail was sent: there was no mail server then.');
    case 'needless':
      return t('No mail was needed.');
  }
}
