import type { Assistant } from '../../../api/dashboard';
import { Fact } from '../parts/facts';
import { Icon, Seal } from '../parts/icon';
import { Ago } from '../parts/time';

/** Who answers, and how that goes. */
export function ModelSection({ assistant }: { assistant: Assistant }) {
  const { provider, model, state } = assistant;
  return (
    <section class="card section" aria-labelledby="model-heading">
      <h2 id="model-heading">Who answers</h2>
      {state === 'built_in' ? (
        <p>
          The built-in assistant: it needs no model, greets customers, looks orders up and calls for
          your people. Whoever runs this service can put a language model in its place.
        </p>
      ) : (
        <>
          <Health assistant={assistant} />
          <dl class="facts">
            <Fact name="Model">{model}</Fact>
            <Fact name="Provider">{provider}</Fact>
            <Fact name="Last answer">
              {assistant.succeeded_at && <Ago at={assistant.succeeded_at} />}
            </Fact>
            <Fact name="First word">{firstWord(assistant.first_word_milliseconds)}</Fact>
            <Fact name="Last failure">
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
          <strong>The model answers.</strong>
        </p>
      </div>
    );
  }
  if (state === 'fails') {
    return (
      <div class="verdict bad" role="status">
        <Icon name="warning" />
        <p>
          <strong>The model failed when it was asked last.</strong> {sentence(failure)}
          Visitors are told that no answer came, and can ask again. Whoever runs this service finds
          the mend with <code>zipchat doctor</code>.
        </p>
      </div>
    );
  }
  return <p role="status">Nobody has asked the model anything since the service began.</p>;
}

/** “after 0.8 s”, or where it is less than that, “after 80 ms”. */
export function firstWord(milliseconds: number | null): string | null {
  if (milliseconds === null) return null;
  return milliseconds < 100
    ? `after ${milliseconds} ms`
    : `after ${(milliseconds / 1000).toFixed(1)} s`;
}

function sentence(text: string | null): string {
  return text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : '';
}
