/** Steps and scales in words. */

import { locale } from '../i18n';

/** A day, or an hour with its day, by the operator's own clock. */
export function stepName(moment: string, step: string): string {
  const options: Intl.DateTimeFormatOptions =
    step === 'hour'
      ? { weekday: 'short', hour: 'numeric', minute: '2-digit' }
      : { weekday: 'short', day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(locale(), options).format(new Date(moment));
}

/** The end of a scale that has room for `most`: 1, 2 or 5, and noughts. */
export function axisStep(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10) * power;
}
