import { t } from '../i18n';
import { Fact } from '../parts/facts';
import { Icon, Seal } from '../parts/icon';
import { scrollRegion } from '../parts/scroll-region';

interface Props {
  /** Whose call it was: there may be several on a page. */
  name: string;
  good: boolean;
  verdict: string;
  /** What was sent, its secrets masked. */
  request: string;
  status: number | null;
  milliseconds: number;
  /** The beginning of what came back. */
  response: string;
}

/** A call that was just made: what was sent, and what came back. */
export function CallShown({ name, good, verdict, request, status, milliseconds, response }: Props) {
  return (
    <div class="call-shown">
      <div class={good ? 'verdict good' : 'verdict bad'}>
        {good ? <Seal /> : <Icon name="warning" />}
        <p>
          <strong>{verdict}</strong>
        </p>
      </div>
      <dl class="facts order-facts">
        <Fact name={t('Status')}>{status ?? t('no answer')}</Fact>
        <Fact name={t('Time')}>{t('{count} ms', { count: milliseconds })}</Fact>
        <Fact name={t('Request')} wide>
          <pre class="pem" {...scrollRegion(t('Request, {name}', { name }))}>
            {request}
          </pre>
        </Fact>
        <Fact name={t('Response')} wide>
          {response && (
            <pre class="pem" {...scrollRegion(t('Response, {name}', { name }))}>
              {response}
            </pre>
          )}
        </Fact>
      </dl>
    </div>
  );
}
