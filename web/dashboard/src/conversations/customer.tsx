import { useId, useState } from 'preact/hooks';
import type { Conversation, Lead } from '../../../api/dashboard';
import { fullTime } from '../format';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { VerifiedTip } from '../parts/verified';
import { Timeline } from '../record/timeline';
import { Attributes } from './attributes';
import { leadName } from './names';

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
    <aside class="customer" aria-label="Customer" data-open={open}>
      <button
        type="button"
        class="customer-toggle"
        aria-expanded={open}
        aria-controls={bodyId}
        onClick={() => setOpen(!open)}
      >
        Customer details
        <Icon name="chevron" />
      </button>
      <div class="customer-body" id={bodyId}>
        {lead ? <Known chatId={chatId} lead={lead} /> : <Unknown />}
        <details class="disclosure">
          <summary>Timeline ({timeline.length})</summary>
          <Timeline chatId={chatId} entries={timeline} conversationId={id} />
        </details>
      </div>
    </aside>
  );
}

function Known({ chatId, lead }: { chatId: string; lead: Lead }) {
  const attributes = lead.additional_attributes;
  return (
    <>
      <div class="customer-head">
        <Avatar name={leadName(lead)} seed={lead.id} />
        <div>
          <h2 dir="auto">{leadName(lead)}</h2>
          {lead.verified ? <VerifiedTip /> : <span class="unverified">Not verified</span>}
        </div>
      </div>
      {lead.shares_email && <SharedEmail />}
      <dl class="facts">
        <Fact name="Email" value={lead.email} />
        <Fact name="First name" value={lead.first_name} />
        <Fact name="Last name" value={lead.last_name} />
        <Fact name="Customer id" value={lead.stable_id} code />
        <Fact name="Identified" value={lead.identified_at && fullTime(lead.identified_at)} />
      </dl>
      <a href={`/chats/${encodeURIComponent(chatId)}/contacts/${encodeURIComponent(lead.id)}`}>
        Everything about this contact
      </a>
      <h3>Attributes</h3>
      {Object.keys(attributes).length > 0 ? (
        <Attributes attributes={attributes} />
      ) : (
        <p class="soft">Your shop has sent none.</p>
      )}
    </>
  );
}

function Unknown() {
  return (
    <>
      <div class="customer-head">
        <Avatar name={null} seed="visitor" />
        <div>
          <h2>Visitor</h2>
          <span class="unverified">Not verified</span>
        </div>
      </div>
      <p class="soft">
        Nobody signed in when this was written. Once your shop identifies its customers, their name
        and attributes are here.
      </p>
    </>
  );
}

function SharedEmail() {
  return (
    <p class="notice warn">
      <Icon name="warning" />
      <span>
        <strong>Another customer has this email too.</strong> Your shop gave them different ids, so
        they are kept apart and share nothing.
      </span>
    </p>
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
