import { useState } from 'preact/hooks';
import type { Analytics } from '../../../api/dashboard';
import { figure, fullTime } from '../format';
import { t } from '../i18n';
import { scrollRegion } from '../parts/scroll-region';
import { Chart } from './chart';
import type { Figure, Picture } from './pictures';
import { stepName } from './words';

interface Props {
  picture: Picture;
  analytics: Analytics;
  /** Where the same is as a file. */
  file: string;
}

/** One picture with its figures; the same as a table, and as a file. */
export function PictureCard({ picture, analytics, file }: Props) {
  const [asTable, setAsTable] = useState(false);
  const { id, title, hint, figures, layers } = picture;
  const isEmpty = layers.every(({ total }) => total === 0);
  return (
    <section class="card section picture" aria-labelledby={`${id}-heading`}>
      <div class="picture-head">
        <h2 id={`${id}-heading`}>{title}</h2>
        <div class="button-row">
          {!isEmpty && (
            <button
              type="button"
              class="button small"
              aria-pressed={asTable}
              onClick={() => setAsTable(!asTable)}
            >
              {t('Show as table')}
              <span class="unseen">{title}</span>
            </button>
          )}
          <a class="button small" href={file} download={`${id}.csv`}>
            {t('CSV')}
            <span class="unseen">{title}</span>
          </a>
        </div>
      </div>
      <p class="soft">{hint}</p>
      {figures.length > 0 && (
        <dl class="figures">
          {figures.map((one) => (
            <Total key={one.name} figure={one} />
          ))}
        </dl>
      )}
      {isEmpty ? (
        <p class="picture-none">{t('Nothing of this in the time that is shown.')}</p>
      ) : asTable ? (
        <Table picture={picture} analytics={analytics} />
      ) : (
        <>
          <Chart title={title} layers={layers} moments={analytics.moments} step={analytics.step} />
          <ul class="legend">
            {layers.map(({ key, name, tone, total }) => (
              <li key={key} class={`tone-${tone}`}>
                {name} <span class="legend-total">{figure(total)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Total({ figure: { name, value, change, before } }: { figure: Figure }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span class="figure-value">{value}</span>
        <span class="soft">
          {before === null
            ? t('nothing before')
            : change === null
              ? t('{before} before', { before })
              : t('{change}, {before} before', { change, before })}
        </span>
      </dd>
    </div>
  );
}

function Table({ picture: { title, layers }, analytics: { moments, step } }: Omit<Props, 'file'>) {
  return (
    <div class="picture-table" {...scrollRegion(t('{title} as a table', { title }))}>
      <table>
        <thead>
          <tr>
            <th scope="col">{step === 'hour' ? t('Hour') : t('Day')}</th>
            {layers.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {moments.slice(0, -1).map((moment, at) => (
            <tr key={moment}>
              <th scope="row" title={fullTime(moment)}>
                {stepName(moment, step)}
              </th>
              {layers.map(({ key, counts }) => (
                <td key={key}>{figure(counts[at] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('Total')}</th>
            {layers.map(({ key, total }) => (
              <td key={key}>{figure(total)}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
