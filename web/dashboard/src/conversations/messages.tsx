import { Fragment } from 'preact';
import type { Conversation, Lead, Message } from '../../../api/dashboard';
import { clockTime, dayLabel, fullTime, isSameDay } from '../format';
import { Content } from '../parts/content';
import { Icon } from '../parts/icon';
import { SignedInHere } from './joined';
import { authorName, authorRole } from './names';

interface Props {
  chatId: string;
  conversation: Conversation;
}

/** The messages of a conversation, by day, in the order they were sent. */
export function Messages({ chatId, conversation }: Props) {
  const { id, messages, lead, joined, read_seq: read } = conversation;
  const before = joined?.messages ?? 0;
  const signedIn = joined && (
    <li>
      <SignedInHere chatId={chatId} conversationId={id} joined={joined} lead={lead} />
    </li>
  );
  const isCut = (messages[0]?.seq ?? 1) > 1;
  return (
    <ol class="messages">
      {isCut && <li class="day">Earlier messages are not shown</li>}
      {isCut && (messages[0]?.seq ?? 1) > before && signedIn}
      {messages.map((message, at) => {
        const above = messages[at - 1];
        const newDay = !above || !isSameDay(above.sent_at, message.sent_at);
        const sameAuthor =
          !newDay &&
          above.seq !== before &&
          above.author === message.author &&
          above.author_name === message.author_name &&
          above.verified === message.verified;
        const early = message.seq <= before;
        return (
          <Fragment key={message.id}>
            <li>
              {newDay && <p class="day">{dayLabel(message.sent_at, new Date())}</p>}
              <Entry
                message={message}
                lead={early ? null : lead}
                follows={sameAuthor}
                seen={message === messages.at(-1) && message.seq <= read}
              />
            </li>
            {message.seq === before && signedIn}
          </Fragment>
        );
      })}
    </ol>
  );
}

interface EntryProps {
  message: Message;
  lead: Lead | null;
  /** Whether the message above is by the same author, in the same standing. */
  follows: boolean;
  /** Whether it is the last one, and the visitor has seen it. */
  seen: boolean;
}

function Entry({ message, lead, follows, seen }: EntryProps) {
  const { author, sent_at, verified } = message;
  const role = authorRole(message);
  return (
    <article class="message" data-author={author} data-follows={follows}>
      <header class={follows ? 'unseen' : 'message-head'}>
        <strong dir="auto">{authorName(message, lead)}</strong>
        {role && <span class="message-role">{role}</span>}
        {author === 'visitor' && !verified && <UnverifiedWhenSent />}
      </header>
      <div class="message-body">
        <div class="content" dir="auto">
          <Content blocks={message.content} />
        </div>
        <time dateTime={sent_at} title={fullTime(sent_at)}>
          {clockTime(sent_at)}
        </time>
        {seen && author !== 'visitor' && <span class="message-seen">Seen</span>}
      </div>
    </article>
  );
}

function UnverifiedWhenSent() {
  const meaning = 'Your shop had not vouched for the writer when this was sent.';
  return (
    <span class="unverified" title={meaning}>
      <Icon name="warning" />
      Unverified when sent
    </span>
  );
}
