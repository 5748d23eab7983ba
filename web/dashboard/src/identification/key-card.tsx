import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { IdentificationKey } from '../../../api/dashboard';
import { age, fullTime } from '../format';
import { t } from '../i18n';
import { CopyButton } from '../parts/copy-button';
import { Fact } from '../parts/facts';
import { Ago, FullTime } from '../parts/time';
import { said } from '../said';
import { SOURCES } from './key-facts';

type Key = IdentificationKey;

/** A key in short, with its public half open. */
export function KeySummary({ identificationKey: key }: { identificationKey: Key }) {
  return (
    <KeyFrame identificationKey={key} open>
      <dl class="facts">
        <Fingerprint of={key} />
        <Fact name={t('Size')}>{t('RSA, {bits} bits', { bits: String(key.bits) })}</Fact>
        <Fact name={t('Created')}>
          <FullTime at={key.created_at} />
        </Fact>
        <Fact name={t('Verified')}>{tokens(key.verified)}</Fact>
        <Fact name={t('Last used')}>
          {key.last_used_at ? <Ago at={key.last_used_at} /> : t('not yet')}
        </Fact>
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
        <Fact name={t('Source')}>
          {t('{source}, RSA {bits}', { source: t(SOURCES[key.source]), bits: String(key.bits) })}
        </Fact>
        <Fact name={t('Age')}>
          <time dateTime={key.created_at} title={fullTime(key.created_at)}>
            {age(key.created_at, new Date())}
          </time>
        </Fact>
        <Fact name={t('Verified')}>{tokens(key.verified)}</Fact>
        <Fact name={t('Refused')}>{tokens(key.refused)}</Fact>
        <Fact name={t('First used')}>
          {key.first_used_at ? <FullTime at={key.first_used_at} /> : t('not yet')}
        </Fact>
        <Fact name={t('Last used')}>
          {key.last_used_at ? <Ago at={key.last_used_at} /> : t('not yet')}
        </Fact>
        <Ending of={key} />
      </dl>
      {key.verifies && (
        <p class={key.retirement.safe ? 'retirement safe' : 'retirement'}>
          <strong>
            {key.retirement.safe ? t('Safe to retire.') : t('Not yet safe to retire.')}
          </strong>{' '}
          {said(key.retirement.message)}
        </p>
      )}
      {children}
    </KeyFrame>
  );
}

function tokens(count: number): string {
  return t('{count, plural, one {# token} other {# tokens}}', { count });
}

interface KeyFrameProps {
  identificationKey: Key;
  open?: boolean;
  children: ComponentChildren;
}

function KeyFrame({ identificationKey: key, open = false, children }: KeyFrameProps) {
  return (
    <article class="key" aria-label={t('Key {kid}', { kid: key.kid })} data-verifies={key.verifies}>
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
  if (state === 'active') return <span class="badge good">{t('active')}</span>;
  if (state === 'revoked') return <span class="badge bad">{t('revoked')}</span>;
  if (verifies) return <span class="badge warn">{t('retiring, still verifies')}</span>;
  return <span class="badge">{t('retired')}</span>;
}

function Fingerprint({ of: { fingerprint } }: { of: Key }) {
  return (
    <Fact name={t('Fingerprint')} wide>
      <code>{fingerprint}</code>
    </Fact>
  );
}

/** An active key has no end of its own: one from an address is only not kept for ever without it. */
function Ending({ of: { verifies, verifies_until, source, state } }: { of: Key }) {
  if (!verifies || !verifies_until) return null;
  const until = fullTime(verifies_until);
  if (state === 'active' && source === 'jwks') {
    return (
      <Fact name={t('Kept until')}>
        {t('{until}, if its address cannot be reached', { until })}
      </Fact>
    );
  }
  return <Fact name={t('Verifies until')}>{until}</Fact>;
}

function PublicKey({ pem, kid, open }: { pem: string; kid: string; open: boolean }) {
  const nameId = useId();
  return (
    <details class="disclosure" open={open}>
      <summary id={nameId}>{t('Public key')}</summary>
      <textarea
        class="pem"
        readOnly
        rows={pem.trim().split('\n').length}
        spellcheck={false}
        aria-labelledby={nameId}
        value={pem}
      />
      <CopyButton text={pem} of={t('public key {kid}', { kid })} />
    </details>
  );
}
