import { useState } from 'preact/hooks';
import { type Identification, type IssuedKey, readIdentification } from '../../../api/dashboard';
import { Failure } from '../parts/failure';
import { Seal } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';
import { mayChange, session } from '../session';
import { Activation } from './activation';
import { Deactivation } from './deactivation';
import { KeyList } from './key-list';
import { NextSteps } from './next-steps';
import { PrivateKey } from './private-key';

/** Customer identification: switched on and off, and its keys. */
export function IdentificationSection({ chatId }: { chatId: string }) {
  const identification = useResource(`identification ${chatId}`, (signal) =>
    readIdentification(chatId, signal),
  );
  const { value, error, reload, update } = identification;
  if (value && !value.available) return null;
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
      {value ? (
        <State
          chatId={chatId}
          identification={value}
          reload={reload}
          replace={(after) => update(() => after)}
        />
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={2} of="customer identification" />
      )}
    </section>
  );
}

interface StateProps {
  chatId: string;
  identification: Identification;
  reload: () => Promise<unknown>;
  replace: (after: Identification) => void;
}

function State({ chatId, identification, reload, replace }: StateProps) {
  // Only here, and only until it was stored elsewhere: the service does not keep a private key.
  const [issued, setIssued] = useState<IssuedKey | null>(null);
  const { active, keys } = identification;
  const onIssued = (key: IssuedKey) => {
    setIssued(key);
    void reload();
  };
  const onDeactivated = (after: Identification) => {
    setIssued(null);
    replace(after);
  };
  return (
    <>
      <Purpose />
      {session.value && !mayChange.value && <ReadOnly />}
      {!active && !issued && mayChange.value && <Activation chatId={chatId} onIssued={onIssued} />}
      {issued && <PrivateKey issued={issued} onStored={() => setIssued(null)} />}
      <KeyList keys={keys} />
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
