import type { Attempt } from '../../../api/dashboard';
import { Ago } from '../parts/time';

/** Why a token was refused, and how to mend that. */
export function Cause({ attempt }: { attempt: Attempt }) {
  const { message, remedy, reason, kid, origin, at } = attempt;
  return (
    <div class="cause">
      <p>
        <strong>{message ?? 'It was refused.'}</strong> <code>{reason}</code>
      </p>
      {remedy && <p>{remedy}</p>}
      <p class="soft cause-where">
        <Ago at={at} />
        {origin && <span> · {origin}</span>}
        {kid && <span> · key {kid}</span>}
      </p>
    </div>
  );
}
