import { useId } from 'preact/hooks';
import type { IdentificationKey } from '../../../api/dashboard';
import { ago, counted, fullTime } from '../format';
import { CopyButton } from '../parts/copy-button';

/** Every key of the chat; those that verify first, the newest of them with its public key open. */
export function KeyList({ keys }: { keys: readonly IdentificationKey[] }) {
  if (keys.length === 0) return null;
  const ordered = inOrder(keys);
  const former = ordered.filter(({ state }) => state !== 'active');
  return (
    <div class="keys">
      {ordered
        .filter(({ state }) => state === 'active')
        .map((key, at) => (
          <KeyCard key={key.kid} identificationKey={key} open={at === 0} />
        ))}
      {former.length > 0 && (
        <details class="disclosure">
          <summary>{counted(former.length, 'former key')}</summary>
          <div class="keys">
            {former.map((key) => (
              <KeyCard key={key.kid} identificationKey={key} open={false} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

/** Newest first. */
export function inOrder(keys: readonly IdentificationKey[]): IdentificationKey[] {
  return [...keys].sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
}

function KeyCard({
  identificationKey: key,
  open,
}: {
  identificationKey: IdentificationKey;
  open: boolean;
}) {
  const now = new Date();
  return (
    <article class="key" aria-label={`Key ${key.kid}`}>
      <header class="key-head">
        <code>{key.kid}</code>
        <span class={key.state === 'active' ? 'badge good' : 'badge'}>{key.state}</span>
      </header>
      <dl class="facts">
        <div class="fact-wide">
          <dt>Fingerprint</dt>
          <dd>
            <code>{key.fingerprint}</code>
          </dd>
        </div>
        <div>
          <dt>Size</dt>
          <dd>RSA, {key.bits} bits</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>{fullTime(key.created_at)}</dd>
        </div>
        <div>
          <dt>Verified</dt>
          <dd>{counted(key.verified, 'token')}</dd>
        </div>
        <div>
          <dt>Last used</dt>
          <dd>
            {key.last_used_at ? (
              <time dateTime={key.last_used_at} title={fullTime(key.last_used_at)}>
                {ago(key.last_used_at, now)}
              </time>
            ) : (
              'not yet'
            )}
          </dd>
        </div>
      </dl>
      <PublicKey pem={key.public_key} kid={key.kid} open={open} />
    </article>
  );
}

function PublicKey({ pem, kid, open }: { pem: string; kid: string; open: boolean }) {
  const nameId = useId();
  return (
    <details class="disclosure" open={open}>
      <summary id={nameId}>Public key</summary>
      <textarea
        class="pem"
        readOnly
        rows={pem.trim().split('\n').length}
        spellcheck={false}
        aria-labelledby={nameId}
        value={pem}
      />
      <CopyButton text={pem} of={`public key ${kid}`} />
    </details>
  );
}
