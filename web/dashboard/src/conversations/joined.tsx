import { useState } from 'preact/hooks';
import { type Joined, type Lead, partConversation } from '../../../api/dashboard';
import { announce } from '../announce';
import { clockTime, fullTime } from '../format';
import { rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { navigate } from '../router';
import { mayChange } from '../session';
import { leadName } from './names';

interface Props {
  chatId: string;
  conversationId: string;
  joined: Joined;
  lead: Lead | null;
}

/** Between what was written by nobody known and what the customer wrote: how the one was joined to the other. */
export function SignedInHere({ chatId, conversationId, joined, lead }: Props) {
  const [asking, setAsking] = useState(false);
  const part = async () => {
    const parted = await partConversation(chatId, conversationId);
    const next = parted.conversation_id ?? parted.parted_conversation_id;
    announce(t('What was written before signing in is a conversation of its own now.'));
    const base = `/chats/${encodeURIComponent(chatId)}/conversations`;
    await navigate(`${base}/${encodeURIComponent(next)}`, 'replace');
  };
  return (
    <div class="joined">
      <p class="day">
        <span>
          {rich('Signed in as {name} · {time}', {
            name: <strong dir="auto">{leadName(lead)}</strong>,
            time: (
              <time dateTime={joined.at} title={fullTime(joined.at)}>
                {clockTime(joined.at)}
              </time>
            ),
          })}
        </span>
      </p>
      <p class="joined-note">
        {t(
          '{count, plural, one {The message above was written before signing in, and joined then.} other {The messages above were written before signing in, and joined then.}}',
          { count: joined.messages },
        )}
        {mayChange.value && (
          <button
            type="button"
            class="button small quiet"
            aria-label={t('Part what was written before signing in')}
            onClick={() => setAsking(true)}
          >
            {t('Part')}
          </button>
        )}
      </p>
      {asking && (
        <Confirm
          title={t('Part what was written before?')}
          keep={t('Leave it joined')}
          verb={t('Yes, part it')}
          verbing={t('Parting…')}
          act={part}
          onClose={() => setAsking(false)}
        >
          <p>{t('For when somebody else wrote it, at a shared computer for example.')}</p>
          <ul>
            <li>
              {t(
                '{count, plural, one {# message from before signing in becomes a conversation of an unknown visitor.} other {# messages from before signing in become a conversation of an unknown visitor.}}',
                { count: joined.messages },
              )}
            </li>
            <li>
              {t('The customer goes on in a conversation with the rest, and no longer sees them.')}
            </li>
            <li>{t('It is written into the record, and cannot be joined again.')}</li>
          </ul>
        </Confirm>
      )}
    </div>
  );
}
