import { useState } from 'preact/hooks';
import type { Identification, IssuedKey } from '../../../api/dashboard';
import { t } from '../i18n';
import { Failure } from '../parts/failure';
import { Seal } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { mayChange, session } from '../session';
import { Deactivation } from './deactivation';
import { GuidedPath } from './guided-path';
import { Install } from './install';
import type { PartProps } from './parts-nav';

/** The tag, and customer identification from nothing to the first customer. */
export default function Setup(props: PartProps) {
  const { detail, identification, live } = props;
  const { available } = detail.chat.identification;
  // What was seen of the shop's pages stands in the first section, and would push the rest down.
  if (available && !live.value && !live.error) {
    return <Skeleton rows={6} of={t('the integrations')} />;
  }
  return (
    <>
      <Install
        chatId={detail.chat.id}
        snippet={detail.install_snippet}
        pages={live.value?.pages ?? []}
      />
      {available && identification.value?.available !== false && (
        <IdentificationSection {...props} />
      )}
    </>
  );
}

/** Customer identification: switched on and off, and the way to the first customer. */
function IdentificationSection(props: PartProps) {
  const { value, error, reload } = props.identification;
  return (
    <section class="card section" aria-labelledby="identification-heading">
      <div class="section-head">
        <h2 id="identification-heading">{t('Customer identification')}</h2>
        {value?.active && (
          <span class="badge good">
            <Seal />
            {t('Active')}
          </span>
        )}
      </div>
      {value ? (
        <State {...props} value={value} />
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <Skeleton rows={2} of={t('customer identification')} />
      )}
    </section>
  );
}

function State({ detail, identification, live, value }: PartProps & { value: Identification }) {
  // Only here, and only until it was stored elsewhere: the service does not keep a private key.
  const [issued, setIssued] = useState<IssuedKey | null>(null);
  const { active, keys } = value;
  const onIssued = (key: IssuedKey) => {
    setIssued(key);
    void identification.reload();
  };
  const onDeactivated = (after: Identification) => {
    setIssued(null);
    identification.update(() => after);
  };
  return (
    <>
      <p>
        {t(
          'Your backend signs a short token for the customer who is signed in to your shop; the chat checks the signature and knows whom it is talking to. Then it greets by name, and your team sees who is who, proven.',
        )}
      </p>
      {session.value && !mayChange.value && (
        <p class="notice">
          {t(
            'You are a member of this account: you can look at customer identification, and an owner or an editor can change it.',
          )}
        </p>
      )}
      <GuidedPath
        detail={detail}
        identification={value}
        live={live}
        issued={issued}
        onIssued={onIssued}
        onStored={() => setIssued(null)}
      />
      {active && mayChange.value && (
        <Deactivation chatId={detail.chat.id} keys={keys} onDeactivated={onDeactivated} />
      )}
    </>
  );
}
