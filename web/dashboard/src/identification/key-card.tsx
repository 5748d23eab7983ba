import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { IdentificationKey } from '../../../api/dashboard';
import { age, counted, fullTime } from '../format';
import { CopyButton } from '../parts/copy-button';
import { Fact } from '../parts/facts';
import { Ago, FullTime } from '../parts/time';
import { SOURCES } from './key-facts';

type Key = IdentificationKey;

/** A key in short, with its public half open. */
export function KeySummary({ identificationKey: key }: { identificationKey: Key }) {
  return (
    <KeyFrame identificationKey={key} open>
      <dl class="facts">
        <Fingerprint of={key} />
        <Fact name="Size">RSA, {key.bits} bits</Fact>
        <Fact name="Created">
          <FullTime at={key.created_at} />
        </Fact>
        <Fact name="Verified">{counted(key.verified, 'token')}</Fact>
        <Fact name="Last used">{key.last_used_at ? <Ago at={key.last_used_at} /> : 'not yet'}</Fact>
      </dl>
    </KeyFrame>
  );
}

interface KeyDetailProps {
  identificationKey: Key;
  /** What can be done with it. */
  children?: ComponentChildren;
}

/** A key with all that is known of it. */
export function KeyDetail({ identificationKey: key, children }: KeyDetailProps) {
  return (
    <KeyFrame identificationKey={key}>
      <dl class="facts">
        <Fingerprint of={key} />
        <Fact name="Source">
          {SOURCES[key.source]}, RSA {key.bits}
        </Fact>
        <Fact name="Age">
          <time dateTime={key.created_at} title={fullTime(key.created_at)}>
            {age(key.created_at, new Date())}
          </time>
        </Fact>
        <Fact name="Verified">{counted(key.verified, 'token')}</Fact>
        <Fact name="Refused">{counted(key.refused, 'token')}</Fact>
        <Fact name="First used">
          {key.first_used_at ? <FullTime at={key.first_used_at} /> : 'not yet'}
        </Fact>
        <Fact name="Last used">{key.last_used_at ? <Ago at={key.last_used_at} /> : 'not yet'}</Fact>
        <Ending of={key} />
      </dl>
      {key.verifies && (
        <p class={key.retirement.safe ? 'retirement safe' : 'retirement'}>
          <strong>{key.retirement.safe ? 'Safe to retire.' : 'Not yet safe to retire.'}</strong>{' '}
          {key.retirement.message}
        </p>
      )}
      {children}
    </KeyFrame>
  );
}

interface KeyFrameProps {
  identificationKey: Key;
  open?: boolean;
  children: ComponentChildren;
}

function KeyFrame({ identificationKey: key, open = false, children }: KeyFrameProps) {
  return (
    <article class="key" aria-label={`Key ${key.kid}`} data-verifies={key.verifies}>
      <header class="key-head">
        <code>{key.kid}</code>
        <KeyBadge identificationKey={key} />
      </header>
      {children}
      <PublicKey pem={key.public_key} kid={key.kid} open={open} />
    </article>
  );
}

function KeyBadge({ identificationKey: { state, verifies } }: { identificationKey: Key }) {
  if (state === 'active') return <span class="badge good">active</span>;
  if (state === 'revoked') return <span class="badge bad">revoked</span>;
  if (verifies) return <span class="badge warn">retiring, still verifies</span>;
  return <span class="badge">retired</span>;
}

function Fingerprint({ of: { fingerprint } }: { of: Key }) {
  return (
    <Fact name="Fingerprint" wide>
      <code>{fingerprint}</code>
    </Fact>
  );
}

/** An active key has no end of its own: one from an address is only not kept for ever without it. */
function Ending({ of: { verifies, verifies_until, source, state } }: { of: Key }) {
  if (!verifies || !verifies_until) return null;
  const until = fullTime(verifies_until);
  if (state === 'active' && source === 'jwks') {
    return <Fact name="Kept until">{until}, if its address cannot be reached</Fact>;
  }
  return <Fact name="Verifies until">{until}</Fact>;
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
