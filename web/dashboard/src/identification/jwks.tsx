import { useState } from 'preact/hooks';
import { type Identification, type Jwks, removeJwks } from '../../../api/dashboard';
import { announce } from '../announce';
import { fullTime } from '../format';
import { Confirm } from '../parts/confirm';
import { Fact } from '../parts/facts';
import { Icon } from '../parts/icon';
import { Ago } from '../parts/time';
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
    announce('The address was removed.');
  };
  return (
    <section class="card section" aria-labelledby="jwks-heading">
      <div class="section-head">
        <h2 id="jwks-heading">Keys from your address</h2>
        <span class={jwks.error ? 'badge warn' : 'badge good'}>
          {jwks.error ? 'not reached' : 'up to date'}
        </span>
      </div>
      <p class="copy-line">
        <code>{jwks.url}</code>
      </p>
      {jwks.error && (
        <p class="notice warn">
          <Icon name="warning" />
          <span>
            <strong>The latest fetch failed.</strong> {jwks.error}
            {jwks.kept_until &&
              ` The keys that are known verify until ${fullTime(jwks.kept_until)}.`}
          </span>
        </p>
      )}
      <dl class="facts">
        <Fact name="Last fetched">
          {jwks.fetched_at ? <Ago at={jwks.fetched_at} /> : 'not yet'}
        </Fact>
        <Fact name="Last tried">
          {jwks.attempted_at ? <Ago at={jwks.attempted_at} /> : 'not yet'}
        </Fact>
        <Fact name="Kept without it until">
          {jwks.kept_until ? fullTime(jwks.kept_until) : 'nothing is kept'}
        </Fact>
      </dl>
      {mayChange.value && (
        <div class="button-row">
          <button type="button" class="button small danger" onClick={() => setAsking(true)}>
            Remove the address
          </button>
        </div>
      )}
      {asking && (
        <Confirm
          title="Remove the address?"
          keep="Keep it"
          verb="Yes, remove it"
          verbing="Removing…"
          danger
          act={remove}
          onClose={() => setAsking(false)}
        >
          <p>
            Its keys retire at once: tokens that they signed are refused. Customers who are
            identified stay so until their time is over.
          </p>
        </Confirm>
      )}
    </section>
  );
}
