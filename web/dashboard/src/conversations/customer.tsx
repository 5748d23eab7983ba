import { useId, useState } from 'preact/hooks';
import type { Conversation, Lead } from '../../../api/dashboard';
import { fullTime, listTime } from '../format';
import { rich, t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { Icon, Seal } from '../parts/icon';
import { VerifiedTip } from '../parts/verified';
import { Timeline } from '../record/timeline';
import { Attributes } from './attributes';
import { leadName } from './names';
import { Orders } from './orders';

interface Props {
  chatId: string;
  conversation: Conversation;
}

/** Who writes. Beside the messages where there is room, else folded above them. */
export function CustomerCard({ chatId, conversation }: Props) {
  const { id, lead, timeline } = conversation;
  const [open, setOpen] = useState(false);
  const bodyId = useId();
  return (
    <aside class="customer" aria-label={t('Customer')} data-open={open}>
      <button
        type="button"
        class="customer-toggle"
        aria-expanded={open}
        aria-controls={bodyId}
        onClick={() => setOpen(!open)}
      >
        {t('Customer details')}
        <Icon name="chevron" />
      </button>
      <div class="customer-body" id={bodyId}>
        {lead ? <Known chatId={chatId} lead={lead} /> : <Unknown />}
        <Orders chatId={chatId} conversation={conversation} />
        <Earlier chatId={chatId} earlier={conversation.earlier} />
        {lead?.verified && <SignedAttributes lead={lead} />}
        <details class="disclosure">
          <summary>{t('Timeline ({count})', { count: timeline.length })}</summary>
          <Timeline chatId={chatId} entries={timeline} conversationId={id} />
        </details>
      </div>
    </aside>
  );
}

function Known({ chatId, lead }: { chatId: string; lead: Lead }) {
  return (
    <>
      <div class="customer-head">
        <Avatar name={leadName(lead)} seed={lead.id} />
        <div>
          <h2 dir="auto">{leadName(lead)}</h2>
          {lead.verified ? <VerifiedTip /> : <span class="unverified">{t('Not verified')}</span>}
        </div>
      </div>
      {lead.shares_email && <SharedEmail verified={lead.verified} />}
      <p class="source" data-source={lead.verified ? 'signed' : 'typed'}>
        {lead.verified && <Seal />}
        {lead.verified
          ? t('Signed by your shop')
          : t('Typed by the visitor. Nobody vouches for it.')}
      </p>
      <dl class="facts">
        <Fact name={t('Email')} value={lead.email} />
        <Fact name={t('First name')} value={lead.first_name} />
        <Fact name={t('Last name')} value={lead.last_name} />
        <Fact name={t('Customer id')} value={lead.stable_id} code />
        <Fact name={t('Identified')} value={lead.identified_at && fullTime(lead.identified_at)} />
      </dl>
      <Unsigned lead={lead} />
      {lead.verified && (
        <a href={`/chats/${encodeURIComponent(chatId)}/contacts/${encodeURIComponent(lead.id)}`}>
          {t('Everything about this contact')}
        </a>
      )}
    </>
  );
}

/** What the shop says beside the name; nothing of whom it did not vouch for. */
function SignedAttributes({ lead }: { lead: Lead }) {
  const attributes = lead.additional_attributes;
  return (
    <>
      <h3>{t('Attributes')}</h3>
      {Object.keys(attributes).length > 0 ? (
        <Attributes attributes={attributes} />
      ) : (
        <p class="soft">{t('Your shop has sent none.')}</p>
      )}
    </>
  );
}

/** What no token says, whoever the customer is. */
function Unsigned({ lead }: { lead: Lead }) {
  const { phone_number: phone, email_marketing_consent: consent } = lead;
  if (!phone && consent === null) return null;
  return (
    <>
      {lead.verified && (
        <p class="source">{t('Not signed: typed by the visitor, or entered by your team')}</p>
      )}
      <dl class="facts">
        <Fact name={t('Phone number')} value={phone} />
        <Fact
          name={t('May get marketing mail')}
          value={consent === null ? null : consent ? t('yes') : t('no')}
        />
      </dl>
    </>
  );
}

function Unknown() {
  return (
    <>
      <div class="customer-head">
        <Avatar name={null} seed="visitor" />
        <div>
          <h2>{t('Visitor')}</h2>
          <span class="unverified">{t('Not verified')}</span>
        </div>
      </div>
      <p class="soft">
        {t(
          'Nobody signed in when this was written. Once your shop identifies its customers, their name and attributes are here.',
        )}
      </p>
    </>
  );
}

function SharedEmail({ verified }: { verified: boolean }) {
  return (
    <p class="notice warn">
      <Icon name="warning" />
      <span>
        {verified
          ? rich(
              '{title} Your shop gave them different ids, so they are kept apart and share nothing.',
              { title: <strong>{t('Another customer has this email too.')}</strong> },
            )
          : rich('{title} Whether this is that customer, only signing in can tell.', {
              title: <strong>{t('A customer has this email.')}</strong>,
            })}
      </span>
    </p>
  );
}

function Earlier({ chatId, earlier }: { chatId: string; earlier: Conversation['earlier'] }) {
  if (earlier.length === 0) return null;
  const base = `/chats/${encodeURIComponent(chatId)}/conversations`;
  return (
    <>
      <h3>{t('Other conversations')}</h3>
      <ul class="contact-conversations">
        {earlier.map(({ id, preview, messages, last_message_at: at }) => (
          <li key={id}>
            <a href={`${base}/${encodeURIComponent(id)}`}>
              <span class="contact-preview" dir="auto">
                {preview || t('No message yet')}
              </span>
              <span class="soft">
                {rich('{count, plural, one {# message} other {# messages}} · {time}', {
                  count: messages,
                  time: (
                    <time dateTime={at} title={fullTime(at)}>
                      {listTime(at, new Date())}
                    </time>
                  ),
                })}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Fact({ name, value, code }: { name: string; value: string | null; code?: boolean }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{code ? <code>{value}</code> : value}</dd>
    </div>
  );
}
