import { useState } from 'preact/hooks';
import type { Identification, IssuedKey } from '../../../api/dashboard';
import { Failure } from '../parts/failure';
import { Seal } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { mayChange, session } from '../session';
import { Activation } from './activation';
import { Deactivation } from './deactivation';
import { FirstToken } from './first-token';
import { Install } from './install';
import { KeySummary } from './key-card';
import { verifyingFirst } from './key-facts';
import { NextSteps } from './next-steps';
import { type PartProps, partAddress } from './parts-nav';
import { PrivateKey } from './private-key';
import { Purchases } from './purchases';

/** The tag, and customer identification from nothing to the first customer. */
export default function Setup(props: PartProps) {
  const { detail, identification } = props;
  return (
    <>
      <Install snippet={detail.install_snippet} />
      <Purchases snippet={detail.purchase_snippet} />
      {detail.chat.identification.available && identification.value?.available !== false && (
        <IdentificationSection {...props} />
      )}
    </>
  );
}

/** Customer identification: switched on and off, its newest key, and what comes next. */
function IdentificationSection(props: PartProps) {
  const { live } = props;
  const { value, error, reload } = props.identification;
  // With it, or what waits for the first token would push the rest down.
  const here = value && (!value.active || live.value || live.error);
  return (
    <section class="card section" aria-labelledby="identification-heading">
      <div class="section-head">
        <h2 id="identification-heading">Customer identification</h2>
        {value?.active && (
          <span class="badge good">
            <Seal />
            Active
          </span>
        )}
      </div>
      {here ? (
        <State {...props} value={value} />
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={2} of="customer identification" />
      )}
    </section>
  );
}

function State({ detail, identification, live, value }: PartProps & { value: Identification }) {
  // Only here, and only until it was stored elsewhere: the service does not keep a private key.
  const [issued, setIssued] = useState<IssuedKey | null>(null);
  const chatId = detail.chat.id;
  const { active, keys } = value;
  const onIssued = (key: IssuedKey) => {
    setIssued(key);
    void identification.reload();
  };
  const onDeactivated = (after: Identification) => {
    setIssued(null);
    identification.update(() => after);
  };
  const [newest] = verifyingFirst(keys.filter((key) => key.state === 'active' || key.verifies));
  return (
    <>
      <Purpose />
      {session.value && !mayChange.value && <ReadOnly />}
      {!active && !issued && mayChange.value && (
        <>
          <Activation chatId={chatId} onIssued={onIssued} />
          <p class="soft">
            Your backend has a key pair already, or publishes its keys?{' '}
            <a href={partAddress(chatId, 'keys')}>Bring your own key</a>
          </p>
        </>
      )}
      {issued && <PrivateKey issued={issued} onStored={() => setIssued(null)} />}
      {active && <FirstToken chatId={chatId} live={live} />}
      {newest && <KeySummary identificationKey={newest} />}
      {keys.length > 0 && (
        <p>
          <a href={partAddress(chatId, 'keys')}>
            {keys.length > 1 ? `All ${keys.length} keys` : 'Add, retire or revoke keys'}
          </a>
        </p>
      )}
      {active && (
        <>
          <NextSteps chatId={chatId} />
          {mayChange.value && (
            <Deactivation chatId={chatId} keys={keys} onDeactivated={onDeactivated} />
          )}
        </>
      )}
    </>
  );
}

function Purpose() {
  return (
    <p>
      Your backend signs a short token for the customer who is signed in to your shop; the chat
      checks the signature and knows whom it is talking to. Then it greets by name, and your team
      sees who is who, proven.
    </p>
  );
}

function ReadOnly() {
  return (
    <p class="notice">
      You are a member of this account: you can look at customer identification, and an owner or an
      editor can change it.
    </p>
  );
}
