import { useState } from 'preact/hooks';
import { type Identification, type Jwks, removeJwks } from '../../../api/dashboard';
import { announce } from '../announce';
import { fullTime } from '../format';
import { t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { Fact } from '../parts/facts';
import { Icon } from '../parts/icon';
import { Ago } from '../parts/time';
import { said } from '../said';
import { mayChange } from '../session';

interface Props {
  chatId: string;
  jwks: Jwks;
  replace: (after: Identification) => void;
}

/** How it stands with the address that keys are fetched from. */
export function JwksStatus({ chatId, jwks, replace }: Props) {
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    replace(await removeJwks(chatId));
    announce(t('The address was removed.'));
  };
  return (
    <section class="card section" aria-labelledby="jwks-heading">
      <div class="section-head">
        <h2 id="jwks-heading">{t('Keys from your address')}</h2>
        <span class={jwks.error ? 'badge warn' : 'badge good'}>
          {jwks.error ? t('not reached') : t('up to date')}
        </span>
      </div>
      <p class="copy-line">
        <code>{jwks.url}</code>
      </p>
      {jwks.error && (
        <p class="notice warn">
          <Icon name="warning" />
          <span>
            <strong>{t('The latest fetch failed.')}</strong> {said(jwks.error)}{' '}
            {jwks.kept_until &&
              t('The keys that are known verify until {time}.', {
                time: fullTime(jwks.kept_until),
              })}
          </span>
        </p>
      )}
      <dl class="facts">
        <Fact name={t('Last fetched')}>
          {jwks.fetched_at ? <Ago at={jwks.fetched_at} /> : t('not yet')}
        </Fact>
        <Fact name={t('Last tried')}>
          {jwks.attempted_at ? <Ago at={jwks.attempted_at} /> : t('not yet')}
        </Fact>
        <Fact name={t('Kept without it until')}>
          {jwks.kept_until ? fullTime(jwks.kept_until) : t('nothing is kept')}
        </Fact>
      </dl>
      {mayChange.value && (
        <div class="button-row">
          <button type="button" class="button small danger" onClick={() => setAsking(true)}>
            {t('Remove the address')}
          </button>
        </div>
      )}
      {asking && (
        <Confirm
          title={t('Remove the address?')}
          keep={t('Keep it')}
          verb={t('Yes, remove it')}
          verbing={t('Removing…')}
          danger
          act={remove}
          onClose={() => setAsking(false)}
        >
          <p>
            {t(
              'Its keys retire at once: tokens that they signed are refused. Customers who are identified stay so until their time is over.',
            )}
          </p>
        </Confirm>
      )}
    </section>
  );
}
