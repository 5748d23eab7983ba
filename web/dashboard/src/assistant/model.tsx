import type { Assistant } from '../../../api/dashboard';
import { locale, rich, t } from '../i18n';
import { Fact } from '../parts/facts';
import { Icon, Seal } from '../parts/icon';
import { Ago } from '../parts/time';

/** Who answers, and how that goes. */
export function ModelSection({ assistant }: { assistant: Assistant }) {
  const { provider, model, state } = assistant;
  return (
    <section class="card section" aria-labelledby="model-heading">
      <h2 id="model-heading">{t('Who answers')}</h2>
      {state === 'built_in' ? (
        <p>
          {t(
            'The built-in assistant: it needs no model, greets customers, looks orders up and calls for your people. Whoever runs this service can put a language model in its place.',
          )}
        </p>
      ) : (
        <>
          <Health assistant={assistant} />
          <dl class="facts">
            <Fact name={t('Model')}>{model}</Fact>
            <Fact name={t('Provider')}>{provider}</Fact>
            <Fact name={t('Last answer')}>
              {assistant.succeeded_at && <Ago at={assistant.succeeded_at} />}
            </Fact>
            <Fact name={t('First word')}>{firstWord(assistant.first_word_milliseconds)}</Fact>
            <Fact name={t('Last failure')}>
              {assistant.failed_at && <Ago at={assistant.failed_at} />}
            </Fact>
          </dl>
        </>
      )}
    </section>
  );
}

function Health({ assistant: { state, failure } }: { assistant: Assistant }) {
  if (state === 'works') {
    return (
      <div class="verdict good" role="status">
        <Seal />
        <p>
          <strong>{t('The model answers.')}</strong>
        </p>
      </div>
    );
  }
  if (state === 'fails') {
    return (
      <div class="verdict bad" role="status">
        <Icon name="warning" />
        <p>
          <strong>{t('The model failed when it was asked last.')}</strong> {sentence(failure)}{' '}
          {rich(
            'Visitors are told that no answer came, and can ask again. Whoever runs this service finds the mend with {command}.',
            { command: <code>zipchat doctor</code> },
          )}
        </p>
      </div>
    );
  }
  return <p role="status">{t('Nobody has asked the model anything since the service began.')}</p>;
}

/** “after 0.8 s”, or where it is less than that, “after 80 ms”. */
export function firstWord(milliseconds: number | null): string | null {
  if (milliseconds === null) return null;
  if (milliseconds < 100) return t('after {milliseconds} ms', { milliseconds });
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const seconds = new Intl.NumberFormat(locale(), digits).format(milliseconds / 1000);
  return t('after {seconds} s', { seconds });
}

function sentence(text: string | null): string {
  return text ? `${t(text).charAt(0).toUpperCase()}${t(text).slice(1)}.` : '';
}
