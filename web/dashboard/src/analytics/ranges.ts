/** Which time is looked at: what the service is asked, and what the operator chose. */

export const PRESETS = ['24h', '7d', '30d', '90d'] as const;
export type Preset = (typeof PRESETS)[number];

/** A preset; or days, both included, as a date field has them. */
export type Chosen = { kind: Preset } | { kind: 'custom'; from: string; to: string };

/** As many as the service takes. */
export const MOST_DAYS = 400;

const DAY_MS = 86_400_000;
const DAYS: Readonly<Record<Exclude<Preset, '24h'>, number>> = { '7d': 7, '30d': 30, '90d': 90 };

/** The query of the service for what was chosen, or `null` where that is no time. */
export function queryOf(chosen: Chosen, now: Date, zone: string): string | null {
  const query = new URLSearchParams({ zone });
  if (chosen.kind === '24h') {
    query.set('from', new Date(hourAfter(now) - DAY_MS).toISOString());
    query.set('to', new Date(hourAfter(now)).toISOString());
    return query.toString();
  }
  const days = chosen.kind === 'custom' ? chosen : lastDays(DAYS[chosen.kind], now);
  if (problemOf(days)) return null;
  query.set('from', days.from);
  query.set('to', days.to);
  return query.toString();
}

export type Problem = 'missing' | 'order' | 'length';

/** What is wrong with days that were entered. */
export function problemOf({ from, to }: { from: string; to: string }): Problem | null {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (!Number.isFinite(first) || !Number.isFinite(last)) return 'missing';
  if (first > last) return 'order';
  return (last - first) / DAY_MS >= MOST_DAYS ? 'length' : null;
}

/** So many days of the operator's calendar, today the last of them. */
export function lastDays(count: number, now: Date): { from: string; to: string } {
  const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - count + 1);
  return { from: dayOf(first), to: dayOf(now) };
}

function dayOf(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function hourAfter(now: Date): number {
  return Math.ceil(now.getTime() / 3_600_000) * 3_600_000;
}
