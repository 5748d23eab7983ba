import { useState } from 'preact/hooks';
import { type Joined, type Lead, partConversation } from '../../../api/dashboard';
import { announce } from '../announce';
import { clockTime, counted, fullTime } from '../format';
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
    announce('What was written before signing in is a conversation of its own now.');
    const base = `/chats/${encodeURIComponent(chatId)}/conversations`;
    await navigate(`${base}/${encodeURIComponent(next)}`, 'replace');
  };
  return (
    <div class="joined">
      <p class="day">
        <span>
          Signed in as <strong dir="auto">{leadName(lead)}</strong> ·{' '}
          <time dateTime={joined.at} title={fullTime(joined.at)}>
            {clockTime(joined.at)}
          </time>
        </span>
      </p>
      <p class="joined-note">
        {joined.messages === 1 ? 'The message above was' : 'The messages above were'} written before
        signing in, and joined then.
        {mayChange.value && (
          <button type="button" class="button small quiet" onClick={() => setAsking(true)}>
            Part<span class="unseen"> what was written before signing in</span>
          </button>
        )}
      </p>
      {asking && (
        <Confirm
          title="Part what was written before?"
          keep="Leave it joined"
          verb="Yes, part it"
          verbing="Parting…"
          act={part}
          onClose={() => setAsking(false)}
        >
          <p>For when somebody else wrote it, at a shared computer for example.</p>
          <ul>
            <li>
              {counted(joined.messages, 'message')} from before signing in{' '}
              {joined.messages === 1 ? 'becomes' : 'become'} a conversation of an unknown visitor.
            </li>
            <li>The customer goes on in a conversation with the rest, and no longer sees them.</li>
            <li>It is written into the record, and cannot be joined again.</li>
          </ul>
        </Confirm>
      )}
    </div>
  );
}
