import { useId, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import {
  activateIdentification,
  addPublicKey,
  type Identification,
  type IssuedKey,
  type KeyBits,
  setJwks,
} from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { rich, t } from '../i18n';
import { Tabs } from '../parts/tabs';
import { KeySizes } from './activation';
import { VERIFYING_LIMIT, verifyingCount } from './key-facts';
import { hasPrivateKey } from './secret-text';
import { SecretWarning, useFocusAfter } from './secret-warning';

interface Props {
  chatId: string;
  identification: Identification;
  onIssued: (key: IssuedKey) => void;
  replace: (after: Identification) => void;
}

/** One more key, from any of three sources. */
export function AddKey(props: Props) {
  const { identification } = props;
  const full = verifyingCount(identification.keys) >= VERIFYING_LIMIT;
  return (
    <section class="card section" aria-labelledby="add-key-heading">
      <h2 id="add-key-heading">{t('Add a key')}</h2>
      <p>
        {t(
          'To change keys without an outage, add the new one, let your backend sign with it, and retire the old one when it says that it is safe.',
        )}
      </p>
      {full ? (
        <p class="notice">
          {t(
            '{count} keys verify, which is as many as there may be: one in use, one to change over to, one to spare. Retire or revoke one to add another.',
            { count: VERIFYING_LIMIT },
          )}
        </p>
      ) : (
        <Tabs
          label={t('Where the key comes from')}
          tabs={[
            { label: t('Make a pair here'), content: <Generate {...props} /> },
            { label: t('Paste a public key'), content: <Paste {...props} /> },
            { label: t('Fetch from an address'), content: <Fetch {...props} /> },
          ]}
        />
      )}
    </section>
  );
}

function Generate({ chatId, onIssued }: Props) {
  const [bits, setBits] = useState<KeyBits>(2048);
  const { busy, error, run } = useAction();
  const make = () => run(async () => onIssued(await activateIdentification(chatId, bits)));
  return (
    <div class="form">
      <p class="soft">
        {t('The private key is shown once, for your backend. The public one stays here.')}
      </p>
      <KeySizes bits={bits} onChange={setBits} />
      <button type="button" class="button primary" disabled={busy} onClick={make}>
        {busy ? t('Making the keys…') : t('Make a key pair')}
      </button>
      <ActionError error={error} />
    </div>
  );
}

function Paste({ chatId, replace }: Props) {
  const [text, setText] = useState('');
  const [secret, setSecret] = useState(false);
  // A new field has no history to undo to.
  const [generation, setGeneration] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const { busy, error, run, forgetError } = useAction();
  const fieldId = useId();
  useFocusAfter(generation, field);

  const forgetSecret = () => {
    setText('');
    if (field.current) field.current.value = '';
    setGeneration((count) => count + 1);
    setSecret(true);
  };
  const onInput = (typed: string) => {
    forgetError();
    if (hasPrivateKey(typed)) {
      forgetSecret();
      return;
    }
    // The field that is taken away reports that it is empty: that is no answer to the warning.
    if (typed) setSecret(false);
    setText(typed);
  };
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !text.trim()) return;
    const added = await run(async () => {
      try {
        replace(await addPublicKey(chatId, text));
        announce(t('The key was added.'));
      } catch (failure) {
        // The service knows forms of private keys that are not looked for here.
        if (!(failure instanceof ApiError && failure.code === 'private_key')) throw failure;
        forgetSecret();
      }
    });
    if (added) setText('');
  };
  return (
    <form class="form" onSubmit={add}>
      <div class="field">
        <label for={fieldId}>{t('Public key')}</label>
        <p class="soft" id={`${fieldId}-hint`}>
          {rich('RSA, 2048 bits or more: PEM ({spki} or {pkcs1}), a certificate, or a JWK.', {
            spki: <code>BEGIN PUBLIC KEY</code>,
            pkcs1: <code>BEGIN RSA PUBLIC KEY</code>,
          })}
        </p>
        <textarea
          key={generation}
          ref={field}
          id={fieldId}
          class="pem"
          rows={9}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          placeholder="-----BEGIN PUBLIC KEY-----"
          aria-describedby={`${fieldId}-hint ${fieldId}-error`}
          aria-invalid={secret || error !== null}
          value={text}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </div>
      <div id={`${fieldId}-error`} role="alert">
        {secret && <SecretWarning />}
      </div>
      <button type="submit" class="button primary" disabled={busy || !text.trim()}>
        {busy ? t('Adding…') : t('Add the public key')}
      </button>
      <ActionError error={error} />
    </form>
  );
}

function Fetch({ chatId, identification, replace }: Props) {
  const [url, setUrl] = useState(identification.jwks?.url ?? '');
  const { busy, error, run } = useAction();
  const fieldId = useId();
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    void run(async () => {
      replace(await setJwks(chatId, url.trim()));
      announce(t('The keys were fetched.'));
    });
  };
  return (
    <form class="form" onSubmit={save}>
      <div class="field">
        <label for={fieldId}>{t('Address of a JWK set')}</label>
        <p class="soft" id={`${fieldId}-hint`}>
          {rich(
            'Usually ends in {ending}. It is fetched now, every hour, and when a token names a key that is not known. Keys that disappear from it retire at once.',
            { ending: <code>/.well-known/jwks.json</code> },
          )}
        </p>
        <input
          id={fieldId}
          class="input"
          type="url"
          required
          maxLength={2_000}
          placeholder="https://shop.example/.well-known/jwks.json"
          aria-describedby={`${fieldId}-hint`}
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
      </div>
      <button type="submit" class="button primary" disabled={busy}>
        {busy
          ? t('Fetching…')
          : identification.jwks
            ? t('Fetch from this one instead')
            : t('Fetch the keys')}
      </button>
      <ActionError error={error} />
    </form>
  );
}
