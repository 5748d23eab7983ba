import { useEffect, useRef, useState } from 'preact/hooks';
import { figure } from '../format';
import { t } from '../i18n';
import type { Layer } from './pictures';
import { axisStep, stepName } from './words';

interface Props {
  title: string;
  layers: readonly Layer[];
  /** When each step begins, and the last one ends. */
  moments: readonly string[];
  step: string;
}

/** As high as the drawing is, in its own units: it is stretched to the room that there is. */
const HEIGHT = 100;
const WIDTH = 10;
const GAP = 2;

/**
 * Bars of counts, one over the other. A slider lies over them, so that arrow keys and fingers go from step to step as a pointer does;
 * it says what it stands on.
 */
export function Chart({ title, layers, moments, step }: Props) {
  const steps = moments.length - 1;
  const [at, setAt] = useState<number | null>(null);
  const most = Math.max(...stackHeights(layers, steps), 0);
  const top = axisStep(most);
  const describe = (step_: number) =>
    [stepName(moments[step_] ?? '', step), ...layers.map((layer) => countOf(layer, step_))].join(
      '; ',
    );
  const point = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const found = Math.floor(((event.clientX - left) / width) * steps);
    setAt(Math.min(Math.max(found, 0), steps - 1));
  };
  return (
    <div class="chart">
      <div class="chart-scale" aria-hidden="true">
        <span>{figure(top)}</span>
        <span>0</span>
      </div>
      <div class="chart-plot" dir="ltr" onPointerMove={point} onPointerLeave={() => setAt(null)}>
        <svg
          class="chart-bars"
          viewBox={`0 0 ${steps * WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {at !== null && (
            <rect class="chart-here" x={at * WIDTH} y={0} width={WIDTH} height={HEIGHT} />
          )}
          <Bars layers={layers} steps={steps} top={top} />
        </svg>
        <input
          class="chart-slider"
          type="range"
          min={0}
          max={steps - 1}
          value={at ?? steps - 1}
          aria-label={t('{title}: step by step', { title })}
          aria-valuetext={describe(at ?? steps - 1)}
          onFocus={() => setAt(at ?? steps - 1)}
          onBlur={() => setAt(null)}
          onInput={(event) => setAt(Number(event.currentTarget.value))}
        />
        {at !== null && (
          <Tip at={(at + 0.5) / steps} name={stepName(moments[at] ?? '', step)}>
            {layers.map((layer) => (
              <li key={layer.key} class={`tone-${layer.tone}`}>
                {countOf(layer, at)}
              </li>
            ))}
          </Tip>
        )}
      </div>
      <div class="chart-steps" dir="ltr" aria-hidden="true">
        {[0, Math.floor((steps - 1) / 2), steps - 1].map((shown) => (
          <span key={shown}>{stepName(moments[shown] ?? '', step)}</span>
        ))}
      </div>
    </div>
  );
}

function Bars({ layers, steps, top }: { layers: readonly Layer[]; steps: number; top: number }) {
  const below = Array.from({ length: steps }, () => 0);
  return (
    <>
      {layers.map((layer) => (
        <g key={layer.key} class={`tone-${layer.tone}`}>
          {layer.counts.map((count, at) => {
            if (count === 0) return null;
            const height = (count / top) * HEIGHT;
            const base = below[at] ?? 0;
            below[at] = base + height;
            return (
              <rect
                key={at}
                x={at * WIDTH + GAP / 2}
                y={HEIGHT - base - height}
                width={WIDTH - GAP}
                height={height}
              />
            );
          })}
        </g>
      ))}
    </>
  );
}

interface TipProps {
  /** How far along the picture, from 0 to 1. */
  at: number;
  name: string;
  children: preact.ComponentChildren;
}

/** What is under the pointer. Screen readers hear it from the slider. */
function Tip({ at, name, children }: TipProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.style.setProperty('--at', String(at)), [at]);
  return (
    <div ref={place} class={at > 0.5 ? 'chart-tip before' : 'chart-tip'} aria-hidden="true">
      <strong>{name}</strong>
      <ul>{children}</ul>
    </div>
  );
}

function countOf(layer: Layer, at: number): string {
  const count = figure(layer.counts[at] ?? 0);
  return t('{name}: {count}', { name: layer.name, count });
}

function stackHeights(layers: readonly Layer[], steps: number): number[] {
  return Array.from({ length: steps }, (_, at) =>
    layers.reduce((all, { counts }) => all + (counts[at] ?? 0), 0),
  );
}
