import { useId, useRef, useState } from 'preact/hooks';
import { type Check, type Diagnosis, inspectToken, type WouldStore } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { Attributes } from '../conversations/attributes';
import { duration } from '../format';
import { Fact } from '../parts/facts';
import { Icon, Seal } from '../parts/icon';

import { claimsOf } from './claims';
import type { PartProps } from './parts-nav';
import { hasPrivateKey } from './secret-text';
import { SecretWarning, useFocusAfter } from './secret-warning';

/** A token that is pasted, explained check by check. It stays in this component alone. */
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
  return (
    <section class="card section" aria-labelledby="check-heading">
      <h2 id="check-heading">Check a token</h2>
      <p>
        Paste a token that your backend signed, to see whether it would be accepted, and if not,
        why. This identifies nobody, and the token is not kept, neither here nor by the service.
      </p>
      <form class="form" onSubmit={check}>
        <div class="field">
          <label for={fieldId}>Token</label>
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
            {busy ? 'Checking…' : 'Check'}
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
            Clear
          </button>
        </div>
        <ActionError error={error} />
      </form>
      <div role="status">{found && <Verdict diagnosis={found} />}</div>
      {found && <Details diagnosis={found} />}
    </section>
  );
}

function Verdict({ diagnosis: { valid, message, remedy, reason } }: { diagnosis: Diagnosis }) {
  if (valid) {
    return (
      <div class="verdict good">
        <Seal />
        <p>
          <strong>This token would be accepted.</strong>
        </p>
      </div>
    );
  }
  return (
    <div class="verdict bad">
      <Icon name="warning" />
      <div>
        <p>
          <strong>This token would be refused.</strong> {message}
        </p>
        {remedy && <p>{remedy}</p>}
        <p>
          <code>{reason}</code>
        </p>
      </div>
    </div>
  );
}

function Details({ diagnosis }: { diagnosis: Diagnosis }) {
  const claims = claimsOf(diagnosis.claims);
  const signed = diagnosis.checks.some(
    ({ name, outcome }) => name === 'signature' && outcome === 'passed',
  );
  return (
    <>
      {diagnosis.warnings.map((warning) => (
        <p key={warning.code} class="notice warn">
          <Icon name="warning" />
          <span>{warning.message}</span>
        </p>
      ))}
      <h3>Checks</h3>
      <ol class="checks">
        {diagnosis.checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ol>
      {claims.length > 0 && (
        <>
          <h3>What it says</h3>
          {!signed && (
            <p class="notice warn">
              <Icon name="warning" />
              <span>The signature is not right, so anybody may have written this.</span>
            </p>
          )}
          <table class="attributes claims">
            <caption class="unseen">Claims</caption>
            <thead class="unseen">
              <tr>
                <th scope="col">Claim</th>
                <th scope="col">Value</th>
              </tr>
            </thead>
            <tbody>
              {claims.map(({ name, text, meaning, tree }) => (
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
        </>
      )}
      {diagnosis.stored && <Stored stored={diagnosis.stored} />}
    </>
  );
}

const CHECK_NAMES: Readonly<Record<string, string>> = {
  form: 'Form: three parts of base64url',
  header: 'Header',
  header_members: 'Header members',
  algorithm: 'Algorithm (alg)',
  type: 'Type (typ)',
  kid: 'Key name (kid)',
  signature: 'Signature',
  payload: 'Payload',
  exp: 'Expiry (exp)',
  iat: 'Issued at (iat)',
  nbf: 'Not before (nbf)',
  order: 'Order of the times',
  lifetime: 'Lifetime',
  floor: 'Issued late enough',
  email: 'Email',
  first_name: 'First name',
  last_name: 'Last name',
  additional_attributes: 'Additional attributes',
  sub: 'Customer id (sub)',
  iss: 'Issuer (iss)',
  jti: 'Token id (jti)',
  aud: 'Audience (aud)',
  chat: 'This chat',
};

const OUTCOMES: Readonly<Record<string, string>> = {
  passed: 'right',
  failed: 'wrong',
  skipped: 'not checked',
};

function CheckRow({ check: { name, outcome, reason, detail } }: { check: Check }) {
  return (
    <li class="check" data-outcome={outcome}>
      <span class="check-mark" aria-hidden="true">
        {outcome === 'passed' && <Icon name="check" />}
        {outcome === 'failed' && <Icon name="close" />}
      </span>
      <span>
        {CHECK_NAMES[name] ?? name}
        <span class={outcome === 'failed' ? 'check-outcome' : 'unseen'}> {OUTCOMES[outcome]}</span>
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
  return (
    <>
      <h3>What would be stored</h3>
      <p>
        {customer === 'new' ? 'A new customer' : 'A customer who is known'}, identified for{' '}
        {duration(stored.identity_seconds)}. Nothing was stored now.
      </p>
      {stored.shares_email && (
        <p class="notice warn">
          <Icon name="warning" />
          <span>
            Another customer has this email with a different id. They are kept apart and share
            nothing.
          </span>
        </p>
      )}
      <dl class="facts">
        <Fact name="Email">{email}</Fact>
        <Fact name="First name">{first_name ?? 'unchanged'}</Fact>
        <Fact name="Last name">{last_name ?? 'unchanged'}</Fact>
        <Fact name="Customer id">{stable_id ?? 'none'}</Fact>
      </dl>
      {Object.keys(additional_attributes).length > 0 && (
        <Attributes attributes={additional_attributes} />
      )}
    </>
  );
}
