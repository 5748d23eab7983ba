import { t } from '../i18n';
import { EVENTS } from './events';

interface EventChoicesProps {
  events: readonly string[];
  onChange: (events: readonly string[]) => void;
}

/** Of what a webhook is told. */
export function EventChoices({ events, onChange }: EventChoicesProps) {
  return (
    <fieldset class="choices">
      <legend>{t('It is told when')}</legend>
      {EVENTS.map(({ name, label }) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={events.includes(name)}
            onChange={(event) =>
              onChange(
                event.currentTarget.checked
                  ? [...events, name]
                  : events.filter((other) => other !== name),
              )
            }
          />
          <span>
            {t(label)} <code>{name}</code>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
