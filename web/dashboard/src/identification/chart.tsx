import { useEffect, useId, useState } from 'preact/hooks';
import { countByHour, type Hour } from '../../../api/integrations';
import { figure, fullTime } from '../format';
import { msg, t } from '../i18n';
import { Failure } from '../parts/failure';
import { useResource } from '../resource';

const RANGES: readonly { hours: number; label: string }[] = [
  { hours: 24, label: msg('24 hours') },
  { hours: 168, label: msg('7 days') },
];

const WIDTH = 672;
const HEIGHT = 120;

interface Props {
  chatId: string;
  /** Changes with each call that is decided. */
  turn: number;
}

/** Identify calls that were verified and refused, hour by hour, as a picture and as a table. */
export function Chart({ chatId, turn }: Props) {
  const [hours, setHours] = useState(24);
  const { value, error, reload } = useResource(`hours ${chatId} ${hours}`, (signal) =>
    countByHour(chatId, hours, signal),
  );
  // Each turn is a reason to look again.
  useEffect(() => void reload(), [turn]);
  const heading = useId();
  return (
    <section class="card section" aria-labelledby={heading}>
      <div class="section-head">
        <h2 id={heading}>{t('Over time')}</h2>
        <fieldset class="segments section-head-end">
          <legend class="unseen">{t('How far back')}</legend>
          {RANGES.map((range) => (
            <label key={range.hours}>
              <input
                type="radio"
                name="hours"
                class="unseen"
                checked={hours === range.hours}
                onChange={() => setHours(range.hours)}
              />
              <span>{t(range.label)}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {value ? (
        <Picture hours={value} />
      ) : error ? (
        <Failure error={error} retry={reload} />
      ) : (
        <div class="chart-room" aria-hidden="true" />
      )}
    </section>
  );
}

function Picture({ hours }: { hours: readonly Hour[] }) {
  const verified = hours.reduce((sum, hour) => sum + hour.verified, 0);
  const refused = hours.reduce((sum, hour) => sum + hour.refused, 0);
  const most = Math.max(1, ...hours.map((hour) => hour.verified + hour.refused));
  const step = WIDTH / hours.length;
  const tall = (count: number) => (count / most) * (HEIGHT - 2);
  const busy = hours.filter((hour) => hour.verified + hour.refused > 0);
  return (
    <>
      <svg
        class="chart chart-room"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t(
          '{verified, plural, one {# token} other {# tokens}} verified, {refused, plural, one {# token} other {# tokens}} refused. The table below has the hours.',
          { verified, refused },
        )}
      >
        <line class="chart-floor" x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
        {hours.map((hour, at) => {
          const [good, bad] = [tall(hour.verified), tall(hour.refused)];
          const shared = { x: at * step + step * 0.12, width: step * 0.76 };
          return (
            <g key={hour.at}>
              {good > 0 && (
                <rect class="chart-good" {...shared} y={HEIGHT - 1 - good} height={good} />
              )}
              {bad > 0 && (
                <rect class="chart-bad" {...shared} y={HEIGHT - 1 - good - bad} height={bad} />
              )}
            </g>
          );
        })}
      </svg>
      <p class="chart-key">
        <span>
          <i class="chart-good" aria-hidden="true" /> {t('verified')}{' '}
          <strong>{figure(verified)}</strong>
        </span>
        <span>
          <i class="chart-bad" aria-hidden="true" /> {t('refused')}{' '}
          <strong>{figure(refused)}</strong>
        </span>
        <span class="soft">
          {t('At most {count} in an hour.', {
            count: figure(most === 1 && !busy.length ? 0 : most),
          })}
        </span>
      </p>
      <details class="disclosure">
        <summary>{t('As a table')}</summary>
        {busy.length > 0 ? (
          <table class="attributes">
            <caption class="unseen">{t('Identify calls by the hour')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('Hour from')}</th>
                <th scope="col">{t('Verified')}</th>
                <th scope="col">{t('Refused')}</th>
              </tr>
            </thead>
            <tbody>
              {busy.map((hour) => (
                <tr key={hour.at}>
                  <th scope="row">{fullTime(hour.at)}</th>
                  <td>{figure(hour.verified)}</td>
                  <td>{figure(hour.refused)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p class="soft">{t('No token came in this time.')}</p>
        )}
      </details>
    </>
  );
}
