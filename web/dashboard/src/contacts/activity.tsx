import type { Customer, CustomerDevice } from '../../../api/dashboard';
import { fullTime, listTime } from '../format';
import { rich, t } from '../i18n';
import { Ago } from '../parts/time';
import { VerifiedMark } from '../parts/verified';

/** The browsers in which the customer was identified. */
export function Devices({ customer: { devices } }: { customer: Customer }) {
  return (
    <section class="card section" aria-labelledby="devices-heading">
      <h2 id="devices-heading">{t('Devices')}</h2>
      {devices.length > 0 ? (
        <ul class="devices">
          {devices.map((device) => (
            <Device key={device.visitor_id} device={device} />
          ))}
        </ul>
      ) : (
        <p class="soft">{t('Identified in no browser.')}</p>
      )}
    </section>
  );
}

function Device({ device }: { device: CustomerDevice }) {
  const { visitor_id, identified_at, kid, verified } = device;
  return (
    <li>
      <p class="device-standing">
        {verified ? <VerifiedMark /> : <span class="soft">{t('Not verified now')}</span>}
        <span>{lapse(device)}</span>
      </p>
      <p class="device-facts">
        <span>{rich('identified {time}', { time: <Ago at={identified_at} /> })}</span>
        <span>{rich('key {kid}', { kid: <code>{kid}</code> })}</span>
        <code>{visitor_id}</code>
      </p>
    </li>
  );
}

/** An identity that ended before its time did not last until then. */
function lapse({ verified, expires_at }: CustomerDevice): string {
  const time = fullTime(expires_at);
  if (verified) return t('until {time}', { time });
  return Date.parse(expires_at) <= Date.now() ? t('was until {time}', { time }) : t('ended early');
}

interface ConversationsProps {
  chatId: string;
  customer: Customer;
}

export function ContactConversations({ chatId, customer: { conversations } }: ConversationsProps) {
  const base = `/chats/${encodeURIComponent(chatId)}/conversations`;
  return (
    <section class="card section" aria-labelledby="their-conversations-heading">
      <h2 id="their-conversations-heading">{t('Conversations')}</h2>
      {conversations.length > 0 ? (
        <ul class="contact-conversations">
          {conversations.map((one) => (
            <li key={one.id}>
              <a href={`${base}/${encodeURIComponent(one.id)}`}>
                <span class="contact-preview" dir="auto">
                  {one.preview || t('No message yet')}
                </span>
                <span class="soft">
                  {rich(
                    '{count, plural, one {# message} other {# messages}}{before, plural, =0 {} other {, # before signing in}} · {time}',
                    {
                      count: one.messages,
                      before: one.joined?.messages ?? 0,
                      time: (
                        <time dateTime={one.last_message_at} title={fullTime(one.last_message_at)}>
                          {listTime(one.last_message_at, new Date())}
                        </time>
                      ),
                    },
                  )}
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p class="soft">{t('None.')}</p>
      )}
    </section>
  );
}
