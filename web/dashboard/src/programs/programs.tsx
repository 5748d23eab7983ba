import { useState } from 'preact/hooks';
import { deleteHook, type Hook, listApiKeys, listHooks } from '../../../api/dashboard';
import { announce } from '../announce';
import { counted, fullTime } from '../format';
import type { PartProps } from '../identification/parts-nav';
import { CodeBlock } from '../parts/code-block';
import { Confirm } from '../parts/confirm';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { type Resource, useResource } from '../resource';
import { mayChange } from '../session';

/** Programs of the shop: whom new leads are posted to, and which keys there are. */
export default function ProgramsPart({ detail }: PartProps) {
  const { id } = detail.chat;
  if (!mayChange.value) {
    return (
      <p class="notice">
        You are a member of this account: owners and editors see which programs are tied to the
        chat.
      </p>
    );
  }
  return (
    <>
      <Hooks chatId={id} />
      <Keys chatId={id} />
    </>
  );
}

function Hooks({ chatId }: { chatId: string }) {
  const hooks = useResource(`hooks ${chatId}`, (signal) => listHooks(chatId, signal));
  return (
    <section class="card section" aria-labelledby="hooks-heading">
      <h2 id="hooks-heading">Addresses for new leads</h2>
      <p>
        Each new lead is posted to these addresses. Automations such as Zapier add and remove their
        own, with a key of the kind <code>zapier</code>.
      </p>
      <Rows of={hooks} what="addresses" none="No address yet.">
        {(hook) => <HookRow key={hook.id} chatId={chatId} hook={hook} removed={hooks.reload} />}
      </Rows>
    </section>
  );
}

interface HookRowProps {
  chatId: string;
  hook: Hook;
  removed: () => void;
}

function HookRow({ chatId, hook, removed }: HookRowProps) {
  const [asking, setAsking] = useState(false);
  const { id, address, created_at: at, pending, attempts } = hook;
  const remove = async () => {
    await deleteHook(chatId, id);
    announce('The address is removed.');
    removed();
  };
  return (
    <li class="program">
      <div>
        <code>{address}</code>
        <p class="soft">
          Since {fullTime(at)}.{' '}
          {pending === 0
            ? 'Every lead was posted.'
            : attempts > 1
              ? `${counted(pending, 'post')} waiting: it does not take them (tried ${attempts} times).`
              : `${counted(pending, 'post')} on the way.`}
        </p>
      </div>
      <button type="button" class="button small" onClick={() => setAsking(true)}>
        Remove<span class="unseen"> {address}</span>
      </button>
      {asking && (
        <Confirm
          title="Remove this address?"
          keep="Keep it"
          verb="Yes, remove it"
          verbing="Removing…"
          danger
          act={remove}
          onClose={() => setAsking(false)}
        >
          <p>
            Nothing more is posted to <code>{address}</code>, what waits included. The automation
            there is not told.
          </p>
        </Confirm>
      )}
    </li>
  );
}

const KINDS: Record<string, string> = { backend: 'Backend API', zapier: 'Zapier lead API' };

function Keys({ chatId }: { chatId: string }) {
  const keys = useResource(`api keys ${chatId}`, (signal) => listApiKeys(chatId, signal));
  const command = `zipchat api-key create --chat ${chatId} --integration backend`;
  return (
    <section class="card section" aria-labelledby="api-keys-heading">
      <h2 id="api-keys-heading">API keys</h2>
      <p>
        Keys that your programs call the service with. A key is shown once, where it is made: on the
        server, with this command (<code>backend</code> or <code>zapier</code>).
      </p>
      <CodeBlock code={command} name="command" wrap />
      <Rows of={keys} what="API keys" none="No key yet.">
        {({ id, integration, created_at: at }) => (
          <li class="program" key={id}>
            <div>
              {KINDS[integration] ?? integration} <code>{id}</code>
              <p class="soft">Since {fullTime(at)}.</p>
            </div>
          </li>
        )}
      </Rows>
    </section>
  );
}

interface RowsProps<T> {
  of: Resource<T[]>;
  what: string;
  none: string;
  children: (row: T) => preact.JSX.Element;
}

function Rows<T>({ of, what, none, children }: RowsProps<T>) {
  if (!of.value) {
    return of.error ? (
      <Failure error={of.error} retry={of.reload} />
    ) : (
      <Skeleton rows={2} of={what} />
    );
  }
  if (of.value.length === 0) return <p class="soft">{none}</p>;
  return <ul class="programs">{of.value.map(children)}</ul>;
}
