import { useId, useRef, useState } from 'preact/hooks';
import { type Check, type Diagnosis, inspectToken, type WouldStore } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { Attributes } from '../conversations/attributes';
import { duration } from '../format';
import { msg, rich, t } from '../i18n';
import { Fact } from '../parts/facts';
import { Icon, Seal } from '../parts/icon';
import { claimsOf } from './claims';
import { type Decoded, decodeToken } from './decode';
import { type PartProps, partAddress } from './parts-nav';
import { hasPrivateKey } from './secret-text';
import { SecretWarning, useFocusAfter } from './secret-warning';

/** A token that is pasted, taken apart at once and explained check by check. It stays in this component alone. */
export default function CheckPart({ detail }: PartProps) {
  const [token, setToken] = useState('');
  const [found, setFound] = useState<Diagnosis | null>(null);
  const [secret, setSecret] = useState(false);
  // A new field has no history to undo to.
  const [generation, setGeneration] = useState(0);
  const { busy, error, run, forgetError } = useAction();
  const field = useRef<HTMLTextAreaElement>(null);
  const fieldId = useId();

  const clear = () => {
    setToken('');
    setFound(null);
    setGeneration((count) => count + 1);
    forgetError();
  };
  useFocusAfter(generation, field);
  const onInput = (typed: string) => {
    setFound(null);
    forgetError();
    const isSecret = hasPrivateKey(typed);
    // The field that is taken away reports that it is empty: that is no answer to the warning.
    if (typed) setSecret(isSecret);
    if (isSecret) clear();
    else setToken(typed);
  };
  const check = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !token) return;
    // To the letter: a line break after it is one of the things that can be wrong.
    void run(async () => setFound(await inspectToken(detail.chat.id, token)));
  };
  const decoded = token ? decodeToken(token) : null;
  return (
    <section class="card section" aria-labelledby="check-heading">
      <h2 id="check-heading">{t('Check a token')}</h2>
      <p>
        {t(
          'Paste a token that your backend signed, to see what it says, whether it would be accepted, and if not, why. It is taken apart here at once; nothing is sent until you check it. Checking identifies nobody, and the token is not kept, neither here nor by the service.',
        )}
      </p>
      <form class="form" onSubmit={check}>
        <div class="field">
          <label for={fieldId}>{t('Token')}</label>
          <textarea
            key={generation}
            ref={field}
            id={fieldId}
            class="pem"
            rows={6}
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            placeholder="eyJhbGciOiJSUzI1NiIs…"
            aria-describedby={`${fieldId}-error`}
            value={token}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
        </div>
        <div id={`${fieldId}-error`} role="alert">
          {secret && <SecretWarning />}
        </div>
        <div class="button-row">
          <button type="submit" class="button primary" disabled={busy || !token}>
            {busy ? t('Checking…') : t('Check')}
          </button>
          <button
            type="button"
            class="button"
            disabled={!token && !found && !secret}
            onClick={() => {
              setSecret(false);
              clear();
            }}
          >
            {t('Clear')}
          </button>
        </div>
        <ActionError error={error} />
      </form>
      <div role="status">{found && <Verdict diagnosis={found} chatId={detail.chat.id} />}</div>
      {found && <Details diagnosis={found} />}
      {!found && decoded && <LocalView decoded={decoded} />}
      {!found && token && !decoded && (
        <p class="soft">
          {t('This does not look like a token: three parts of base64url with dots between them.')}
        </p>
      )}
    </section>
  );
}

/** What a token says, before anybody has verified it. */
function LocalView({ decoded }: { decoded: Decoded }) {
  return (
    <>
      <h3>{t('What it says, not checked yet')}</h3>
      <ClaimsTable caption={t('Header')} of={decoded.header} />
      <ClaimsTable caption={t('Claims')} of={decoded.claims} />
    </>
  );
}

function ClaimsTable({ caption, of }: { caption: string; of: unknown }) {
  return (
    <table class="attributes claims">
      <caption>{caption}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{t('Claim')}</th>
          <th scope="col">{t('Value')}</th>
        </tr>
      </thead>
      <tbody>
        {claimsOf(of).map(({ name, text, meaning, tree }) => (
          <tr key={name}>
            <th scope="row" dir="auto">
              {name}
            </th>
            <td dir="auto">
              {tree ? <pre>{text}</pre> : text}
              {meaning && <span class="soft"> – {meaning}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface VerdictProps {
  diagnosis: Diagnosis;
  chatId: string;
}

function Verdict({ diagnosis: { valid, message, remedy, reason }, chatId }: VerdictProps) {
  if (valid) {
    return (
      <div class="verdict good">
        <Seal />
        <p>
          <strong>{t('This token would be accepted.')}</strong>
        </p>
      </div>
    );
  }
  return (
    <div class="verdict bad">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{t('This token would be refused.')}</strong> {message && t(message)}
        </p>
        {remedy && <p>{t(remedy)}</p>}
        <p>
          <code>{reason}</code>{' '}
          <a href={partAddress(chatId, '')}>{t('See how it is signed in your language')}</a>
        </p>
      </div>
    </div>
  );
}

function Details({ diagnosis }: { diagnosis: Diagnosis }) {
  const signed = diagnosis.checks.some(
    ({ name, outcome }) => name === 'signature' && outcome === 'passed',
  );
  return (
    <>
      {diagnosis.warnings.map((warning) => (
        <p key={warning.code} class="notice warn">
          <Icon name="warning" />
          <span>{t(warning.message)}</span>
        </p>
      ))}
      <h3>{t('Checks')}</h3>
      <ol class="checks">
        {diagnosis.checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ol>
      {claimsOf(diagnosis.claims).length > 0 && (
        <>
          <h3>{t('What it says')}</h3>
          {!signed && (
            <p class="notice warn">
              <Icon name="warning" />
              <span>{t('The signature is not right, so anybody may have written this.')}</span>
            </p>
          )}
          <ClaimsTable caption={t('Claims')} of={diagnosis.claims} />
        </>
      )}
      {diagnosis.stored && <Stored stored={diagnosis.stored} />}
    </>
  );
}

const CHECK_NAMES: Readonly<Record<string, string>> = {
  form: msg('Form: three parts of base64url'),
  header: msg('Header'),
  header_members: msg('Header members'),
  algorithm: msg('Algorithm (alg)'),
  type: msg('Type (typ)'),
  kid: msg('Key name (kid)'),
  signature: msg('Signature'),
  payload: msg('Payload'),
  exp: msg('Expiry (exp)'),
  iat: msg('Issued at (iat)'),
  nbf: msg('Not before (nbf)'),
  order: msg('Order of the times'),
  lifetime: msg('Lifetime'),
  floor: msg('Issued late enough'),
  email: msg('Email'),
  first_name: msg('First name'),
  last_name: msg('Last name'),
  additional_attributes: msg('Additional attributes'),
  sub: msg('Customer id (sub)'),
  iss: msg('Issuer (iss)'),
  jti: msg('Token id (jti)'),
  aud: msg('Audience (aud)'),
  chat: msg('This chat'),
};

const OUTCOMES: Readonly<Record<string, string>> = {
  passed: msg('right'),
  failed: msg('wrong'),
  skipped: msg('not checked'),
};

function CheckRow({ check: { name, outcome, reason, detail } }: { check: Check }) {
  return (
    <li class="check" data-outcome={outcome}>
      <span class="check-mark" aria-hidden="true">
        {outcome === 'passed' && <Icon name="check" />}
        {outcome === 'failed' && <Icon name="close" />}
      </span>
      <span>
        {t(CHECK_NAMES[name] ?? name)}
        <span class={outcome === 'failed' ? 'check-outcome' : 'unseen'}>
          {' '}
          {t(OUTCOMES[outcome] ?? outcome)}
        </span>
        {reason && (
          <>
            {' '}
            <code>{reason}</code>
          </>
        )}
        {detail && (
          <span class="check-detail" dir="auto">
            {detail}
          </span>
        )}
      </span>
    </li>
  );
}

function Stored({ stored }: { stored: WouldStore }) {
  const { customer, email, first_name, last_name, stable_id, additional_attributes } = stored;
  const length = duration(stored.identity_seconds);
  return (
    <>
      <h3>{t('What would be stored')}</h3>
      <p>
        {customer === 'new'
          ? rich('A new customer, identified for {length}. Nothing was stored now.', { length })
          : rich('A customer who is known, identified for {length}. Nothing was stored now.', {
              length,
            })}
      </p>
      {stored.shares_email && (
        <p class="notice warn">
          <Icon name="warning" />
          <span>
            {t(
              'Another customer has this email with a different id. They are kept apart and share nothing.',
            )}
          </span>
        </p>
      )}
      <dl class="facts">
        <Fact name={t('Email')}>{email}</Fact>
        <Fact name={t('First name')}>{first_name ?? t('unchanged')}</Fact>
        <Fact name={t('Last name')}>{last_name ?? t('unchanged')}</Fact>
        <Fact name={t('Customer id')}>{stable_id ?? t('none')}</Fact>
      </dl>
      {Object.keys(additional_attributes).length > 0 && (
        <Attributes attributes={additional_attributes} />
      )}
    </>
  );
}
