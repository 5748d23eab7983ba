import type { Lead, Message } from '../../../api/dashboard';
import { clockTime, dayLabel, fullTime, isSameDay } from '../format';
import { Content } from '../parts/content';
import { Icon } from '../parts/icon';
import { authorName } from './names';

interface Props {
  messages: readonly Message[];
  lead: Lead | null;
}

/** The messages of a conversation, by day, in the order they were sent. */
export function Messages({ messages, lead }: Props) {
  return (
    <ol class="messages">
      {messages.map((message, at) => {
        const before = messages[at - 1];
        const newDay = !before || !isSameDay(before.sent_at, message.sent_at);
        const sameAuthor =
          !newDay &&
          before.author === message.author &&
          before.author_name === message.author_name &&
          before.verified === message.verified;
        return (
          <li key={message.id}>
            {newDay && <p class="day">{dayLabel(message.sent_at, new Date())}</p>}
            <Entry message={message} lead={lead} follows={sameAuthor} />
          </li>
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
}

function Entry({ message, lead, follows }: EntryProps) {
  const { author, author_name, sent_at, verified } = message;
  return (
    <article class="message" data-author={author} data-follows={follows}>
      <header class={follows ? 'unseen' : 'message-head'}>
        <strong dir="auto">{authorName(message, lead)}</strong>
        {author_name && <Role author={author} />}
        {author === 'visitor' && !verified && <UnverifiedWhenSent />}
      </header>
      <div class="message-body">
        <div class="content" dir="auto">
          <Content blocks={message.content} />
        </div>
        <time dateTime={sent_at} title={fullTime(sent_at)}>
          {clockTime(sent_at)}
        </time>
      </div>
    </article>
  );
}

/** What an author with a name of their own is; without one, the name says it. */
function Role({ author }: Pick<Message, 'author'>) {
  if (author === 'visitor') return null;
  return <span class="message-role">{author === 'assistant' ? 'assistant' : 'your team'}</span>;
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
