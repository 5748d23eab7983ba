import { Fragment } from 'preact';
import type { Conversation, Lead, Message, Note } from '../../../api/dashboard';
import { clockTime, dayLabel, fullTime, isSameDay } from '../format';
import { msg, t } from '../i18n';
import { Content } from '../parts/content';
import { Icon, Seal } from '../parts/icon';
import { SignedInHere } from './joined';
import { authorName, authorRole } from './names';
import { placeNotes } from './notes';

interface Props {
  chatId: string;
  conversation: Conversation;
}

/** The messages of a conversation, by day, in the order they were sent. */
export function Messages({ chatId, conversation }: Props) {
  const { id, messages, lead, joined } = conversation;
  const before = joined?.messages ?? 0;
  const signedIn = joined && (
    <li>
      <SignedInHere chatId={chatId} conversationId={id} joined={joined} lead={lead} />
    </li>
  );
  const isCut = (messages[0]?.seq ?? 1) > 1;
  const notes = placeNotes(messages, conversation.notes);
  return (
    <ol class="messages">
      {isCut && <li class="day">{t('Earlier messages are not shown')}</li>}
      {isCut && (messages[0]?.seq ?? 1) > before && signedIn}
      {messages.map((message, at) => {
        const above = messages[at - 1];
        const newDay = !above || !isSameDay(above.sent_at, message.sent_at);
        const sameAuthor =
          !newDay &&
          notes[at]?.length === 0 &&
          above.seq !== before &&
          above.author === message.author &&
          above.author_name === message.author_name &&
          above.verified === message.verified;
        const early = message.seq <= before;
        return (
          <Fragment key={message.id}>
            <Notes notes={notes[at] ?? []} above={above} />
            <li>
              {newDay && <p class="day">{dayLabel(message.sent_at, new Date())}</p>}
              <Entry
                message={message}
                lead={early ? null : lead}
                follows={sameAuthor}
                delivery={deliveryOf(message, conversation)}
              />
            </li>
            {message.seq === before && signedIn}
          </Fragment>
        );
      })}
      <Notes notes={notes[messages.length] ?? []} above={messages.at(-1)} />
    </ol>
  );
}

export type Delivery = 'sent' | 'delivered' | 'seen';

const DELIVERY: Readonly<Record<Delivery, { name: string; meaning: string }>> = {
  sent: { name: msg('Sent'), meaning: msg('It is kept. No page of the visitor has taken it yet.') },
  delivered: { name: msg('Delivered'), meaning: msg('It is in a page of the visitor.') },
  seen: { name: msg('Seen'), meaning: msg('It was on the screen of the visitor.') },
};

/** How far a message came: of each that a person wrote, and of the last one where it was seen. */
export function deliveryOf(
  { author, seq }: Pick<Message, 'author' | 'seq'>,
  { messages, read_seq, delivered_seq }: Conversation,
): Delivery | null {
  if (author === 'visitor') return null;
  if (seq <= read_seq) return author === 'operator' || seq === messages.at(-1)?.seq ? 'seen' : null;
  if (author === 'assistant') return null;
  return seq <= delivered_seq ? 'delivered' : 'sent';
}

interface EntryProps {
  message: Message;
  lead: Lead | null;
  /** Whether the message above is by the same author, in the same standing. */
  follows: boolean;
  /** How far it came, where that is shown. */
  delivery: Delivery | null;
}

function Entry({ message, lead, follows, delivery }: EntryProps) {
  const { author, sent_at, verified } = message;
  const role = authorRole(message);
  return (
    <article class="message" data-author={author} data-follows={follows}>
      <header class={follows ? 'unseen' : 'message-head'}>
        <strong dir="auto">{authorName(message, lead)}</strong>
        {role && <span class="message-role">{role}</span>}
        {author === 'visitor' && (verified ? <VerifiedWhenSent /> : <UnverifiedWhenSent />)}
      </header>
      <div class="message-body">
        <div class="content" dir="auto">
          <Content blocks={message.content} />
        </div>
        <time dateTime={sent_at} title={fullTime(sent_at)}>
          {clockTime(sent_at)}
        </time>
        {delivery && (
          <span class="message-seen" title={t(DELIVERY[delivery].meaning)}>
            {t(DELIVERY[delivery].name)}
          </span>
        )}
      </div>
    </article>
  );
}

function Notes({ notes, above }: { notes: Note[]; above: Message | undefined }) {
  return (
    <>
      {notes.map((note) => (
        <NoteEntry key={note.id} note={note} above={above} />
      ))}
    </>
  );
}

/** What an operator wrote for the others: apart from what the customer reads. */
function NoteEntry({ note, above }: { note: Note; above: Message | undefined }) {
  const at = note.created_at;
  const sameDay = above && isSameDay(above.sent_at, at);
  return (
    <li>
      <article class="message note" aria-label={t('Note')}>
        <header class="message-head">
          <strong dir="auto">{note.author?.name ?? t('Somebody who left')}</strong>
          <span class="note-mark">
            <Icon name="people" />
            {t('Note, not seen by the customer')}
          </span>
        </header>
        <div class="message-body">
          <div class="content" dir="auto">
            <Content blocks={note.content} />
          </div>
          <time dateTime={at} title={fullTime(at)}>
            {sameDay
              ? clockTime(at)
              : t('{day}, {time}', { day: dayLabel(at, new Date()), time: clockTime(at) })}
          </time>
        </div>
      </article>
    </li>
  );
}

function UnverifiedWhenSent() {
  const meaning = t('Your shop had not vouched for the writer when this was sent.');
  return (
    <span class="unverified" title={meaning}>
      <Icon name="warning" />
      {t('Unverified when sent')}
    </span>
  );
}

function VerifiedWhenSent() {
  return (
    <span class="verified small" title={t('Your shop had signed who wrote this when it was sent.')}>
      <Seal />
      {t('Verified when sent')}
    </span>
  );
}
