import { useState } from 'preact/hooks';
import type { Identification, IssuedKey } from '../../../api/dashboard';
import { announce } from '../announce';
import { t } from '../i18n';
import { CopyButton } from '../parts/copy-button';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { mayChange } from '../session';
import { AddKey } from './add-key';
import { JwksStatus } from './jwks';
import { KeyActions } from './key-actions';
import { KeyDetail } from './key-card';
import { VERIFYING_LIMIT, verifyingCount, verifyingFirst } from './key-facts';
import type { PartProps } from './parts-nav';
import { PrivateKey } from './private-key';

/** Every key, and how to change them without an outage. */
export default function KeysPart({ detail, identification }: PartProps) {
  const { value, error, reload, update } = identification;
  const [issued, setIssued] = useState<IssuedKey | null>(null);
  if (!value) {
    if (error) return <Failure error={error} retry={reload} />;
    return <Skeleton rows={5} of={t('the keys')} />;
  }
  if (!mayChange.value) return <NotForMembers />;
  const replace = (after: Identification) => update(() => after);
  const onIssued = (key: IssuedKey) => {
    setIssued(key);
    announce(t('A key was made.'));
    void reload();
  };
  const chatId = detail.chat.id;
  return (
    <>
      <section class="card section" aria-labelledby="keys-heading">
        <div class="section-head">
          <h2 id="keys-heading">{t('Keys')}</h2>
          {value.keys.length > 0 && (
            <span class="soft">
              {t('{count} of at most {most} verify', {
                count: verifyingCount(value.keys),
                most: VERIFYING_LIMIT,
              })}
            </span>
          )}
        </div>
        {issued && <PrivateKey issued={issued} onStored={() => setIssued(null)} />}
        <Keys chatId={chatId} identification={value} replace={replace} />
      </section>
      {mayChange.value && !issued && (
        <AddKey chatId={chatId} identification={value} onIssued={onIssued} replace={replace} />
      )}
      {value.jwks && <JwksStatus chatId={chatId} jwks={value.jwks} replace={replace} />}
      {value.active && <PublishedKeys address={value.jwks_json_url} />}
    </>
  );
}

function NotForMembers() {
  return (
    <section class="card section" aria-labelledby="keys-heading">
      <h2 id="keys-heading">{t('Keys')}</h2>
      <p class="notice">
        {t('You are a member of this account: owners and editors see its keys.')}
      </p>
    </section>
  );
}

interface KeysProps {
  chatId: string;
  identification: Identification;
  replace: (after: Identification) => void;
}

function Keys({ chatId, identification, replace }: KeysProps) {
  const ordered = verifyingFirst(identification.keys);
  const verifying = ordered.filter(({ verifies }) => verifies);
  const former = ordered.filter(({ verifies }) => !verifies);
  if (ordered.length === 0) return <NoKeys />;
  return (
    <div class="keys">
      {verifying.length === 0 && (
        <p class="notice warn">
          <Icon name="warning" />
          <span>
            <strong>{t('No key verifies.')}</strong>{' '}
            {t('Every token is refused until there is one.')}
          </span>
        </p>
      )}
      {verifying.map((key) => (
        <KeyDetail key={key.kid} identificationKey={key}>
          {mayChange.value && (
            <KeyActions
              chatId={chatId}
              identificationKey={key}
              only={verifying.length === 1}
              replace={replace}
            />
          )}
        </KeyDetail>
      ))}
      {former.length > 0 && (
        <details class="disclosure">
          <summary>
            {t('{count, plural, one {# former key} other {# former keys}}', {
              count: former.length,
            })}
          </summary>
          <div class="keys">
            {former.map((key) => (
              <KeyDetail key={key.kid} identificationKey={key} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function NoKeys() {
  return (
    <p class="soft">
      {t(
        'There is none yet. The first one, wherever it comes from, activates customer identification.',
      )}
    </p>
  );
}

function PublishedKeys({ address }: { address: string }) {
  const url = new URL(address, location.origin).href;
  return (
    <section class="card section" aria-labelledby="published-heading">
      <h2 id="published-heading">{t('Published keys')}</h2>
      <p>
        {t(
          'The public keys that verify now, as a JWK set that anyone may read: for your own tests, or for other programs that check the same tokens.',
        )}
      </p>
      <div class="copy-line">
        <a href={url} target="_blank" rel="noopener">
          {url}
        </a>
        <CopyButton text={url} of={t('address of the published keys')} />
      </div>
    </section>
  );
}
