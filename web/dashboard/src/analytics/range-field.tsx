import { useId, useState } from 'preact/hooks';
import { t } from '../i18n';
import { PRESET_NAMES } from './pictures';
import { type Chosen, lastDays, MOST_DAYS, PRESETS, type Problem, problemOf } from './ranges';

interface Props {
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
}

/** Which time is looked at. Days that are not right yet are not asked for. */
export function RangeField({ chosen, onChoose }: Props) {
  const id = useId();
  const [days, setDays] = useState(
    chosen.kind === 'custom' ? chosen : { ...lastDays(14, new Date()) },
  );
  const problem = problemOf(days);
  const enter = (next: Partial<typeof days>) => {
    const entered = { ...days, ...next };
    setDays(entered);
    if (!problemOf(entered)) onChoose({ ...entered, kind: 'custom' });
  };
  return (
    <div class="range">
      <fieldset class="range-presets">
        <legend class="unseen">{t('Time')}</legend>
        {[...PRESETS, 'custom' as const].map((kind) => (
          <label key={kind}>
            <input
              type="radio"
              name={id}
              checked={chosen.kind === kind}
              onChange={() => onChoose(kind === 'custom' ? { ...days, kind } : { kind })}
            />
            <span>{t(PRESET_NAMES[kind])}</span>
          </label>
        ))}
      </fieldset>
      {chosen.kind === 'custom' && (
        <div class="range-days">
          <label>
            <span>{t('From')}</span>
            <input
              class="input"
              type="date"
              value={days.from}
              aria-describedby={`${id}-problem`}
              onInput={(event) => enter({ from: event.currentTarget.value })}
            />
          </label>
          <label>
            <span>{t('To')}</span>
            <input
              class="input"
              type="date"
              value={days.to}
              aria-describedby={`${id}-problem`}
              onInput={(event) => enter({ to: event.currentTarget.value })}
            />
          </label>
          <div id={`${id}-problem`} role="alert">
            {problem && <p class="field-error">{why(problem)}</p>}
          </div>
        </div>
      )}
    </div>
  );
}

function why(problem: Problem): string {
  switch (problem) {
    case 'missing':
      return t('Enter both days.');
    case 'order':
      return t('The first day must not be after the last.');
    default:
      return t('At most {days} days at once.', { days: MOST_DAYS });
  }
}
