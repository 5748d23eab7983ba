import type { Customer, CustomerDevice } from '../../../api/dashboard';
import { counted, fullTime, listTime } from '../format';
import { Ago } from '../parts/time';
import { VerifiedMark } from '../parts/verified';

/** The browsers in which the customer was identified. */
export function Devices({ customer: { devices } }: { customer: Customer }) {
  return (
    <section class="card section" aria-labelledby="devices-heading">
      <h2 id="devices-heading">Devices</h2>
      {devices.length > 0 ? (
        <ul class="devices">
          {devices.map((device) => (
            <Device key={device.visitor_id} device={device} />
          ))}
        </ul>
      ) : (
        <p class="soft">Identified in no browser.</p>
      )}
    </section>
  );
}

function Device({ device }: { device: CustomerDevice }) {
  const { visitor_id, identified_at, kid, verified } = device;
  return (
    <li>
      <p class="device-standing">
        {verified ? <VerifiedMark /> : <span class="soft">Not verified now</span>}
        <span>{lapse(device)}</span>
      </p>
      <p class="device-facts">
        <span>
          identified <Ago at={identified_at} />
        </span>
        <span>
          key <code>{kid}</code>
        </span>
        <code>{visitor_id}</code>
      </p>
    </li>
  );
}

/** An identity that ended before its time did not last until then. */
function lapse({ verified, expires_at }: CustomerDevice): string {
  if (verified) return `until ${fullTime(expires_at)}`;
  return Date.parse(expires_at) <= Date.now() ? `was until ${fullTime(expires_at)}` : 'ended early';
}

interface ConversationsProps {
  chatId: string;
  customer: Customer;
}

export function ContactConversations({ chatId, customer: { conversations } }: ConversationsProps) {
  const base = `/chats/${encodeURIComponent(chatId)}/conversations`;
  return (
    <section class="card section" aria-labelledby="their-conversations-heading">
      <h2 id="their-conversations-heading">Conversations</h2>
      {conversations.length > 0 ? (
        <ul class="contact-conversations">
          {conversations.map((one) => (
            <li key={one.id}>
              <a href={`${base}/${encodeURIComponent(one.id)}`}>
                <span class="contact-preview" dir="auto">
                  {one.preview || 'No message yet'}
                </span>
                <span class="soft">
                  {counted(one.messages, 'message')}
                  {one.joined && `, ${one.joined.messages} before signing in`} ·{' '}
                  <time dateTime={one.last_message_at} title={fullTime(one.last_message_at)}>
                    {listTime(one.last_message_at, new Date())}
                  </time>
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p class="soft">None.</p>
      )}
    </section>
  );
}
