/** Times, counts and names as people read them. Formatters are made once, when first needed. */

import { language, locale, t } from './i18n';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const clock = once(() => dateFormat({ hour: 'numeric', minute: '2-digit' }));
const weekday = once(() => dateFormat({ weekday: 'short' }));
const dayAndMonth = once(() => dateFormat({ day: 'numeric', month: 'short' }));
const date = once(() => dateFormat({ day: 'numeric', month: 'short', year: 'numeric' }));
const longDay = once(() => dateFormat({ weekday: 'long', day: 'numeric', month: 'long' }));
const moment = once(() => dateFormat({ dateStyle: 'medium', timeStyle: 'short' }));
const exact = once(() => dateFormat({ hour: 'numeric', minute: '2-digit', second: '2-digit' }));
const number = once(() => new Intl.NumberFormat(locale()));
const relative = once(() => new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }));

/** Hours and minutes. */
export function clockTime(iso: string): string {
  return clock().format(new Date(iso));
}

/** Day and time, in full. */
export function fullTime(iso: string): string {
  return moment().format(new Date(iso));
}

/** Day, month and year. */
export function fullDate(iso: string): string {
  return date().format(new Date(iso));
}

/** Hours, minutes and seconds. */
export function exactTime(iso: string): string {
  return exact().format(new Date(iso));
}

/** Short enough for a list: a time today, a weekday within a week, else a date. */
export function listTime(iso: string, now: Date): string {
  const then = new Date(iso);
  const days = daysBetween(then, now);
  if (days <= 0) return clock().format(then);
  if (days < 7) return weekday().format(then);
  return (then.getFullYear() === now.getFullYear() ? dayAndMonth() : date()).format(then);
}

/** The heading over a day's messages. */
export function dayLabel(iso: string, now: Date): string {
  const then = new Date(iso);
  const days = daysBetween(then, now);
  if (days === 0) return t('Today');
  if (days === 1) return t('Yesterday');
  return (then.getFullYear() === now.getFullYear() ? longDay() : date()).format(then);
}

/** How long ago, in words. */
export function ago(iso: string, now: Date): string {
  const elapsed = now.getTime() - Date.parse(iso);
  if (elapsed < MINUTE) return t('just now');
  if (elapsed < 60 * MINUTE) return relative().format(-Math.floor(elapsed / MINUTE), 'minute');
  if (elapsed < DAY) return relative().format(-Math.floor(elapsed / (60 * MINUTE)), 'hour');
  if (elapsed < 30 * DAY) return relative().format(-Math.floor(elapsed / DAY), 'day');
  return fullDate(iso);
}

/** How old it is: `5 minutes`, `3 hours`, `412 days`. */
export function age(iso: string, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(iso)) / MINUTE));
  if (minutes < 60) return units(minutes, 'minute');
  if (minutes < 48 * 60) return units(Math.floor(minutes / 60), 'hour');
  return units(Math.floor(minutes / (24 * 60)), 'day');
}

/** Whether two moments lie on one day of the operator's calendar. */
export function isSameDay(a: string, b: string): boolean {
  return daysBetween(new Date(a), new Date(b)) === 0;
}

/** `1,204`. */
export function figure(count: number): string {
  return number().format(count);
}

/** `€12.50`; of a currency that nobody knows, the amount and its code. */
export function money(amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat(locale(), { style: 'currency', currency }).format(amount);
  } catch {
    return `${figure(amount)} ${currency}`;
  }
}

/** A wait in words: `1 second`, `45 seconds`, `2 minutes`. */
export function wait(seconds: number): string {
  return seconds < 60 ? units(seconds, 'second') : units(Math.ceil(seconds / 60), 'minute');
}

/** A length of time in the largest unit that it fills whole: `2 hours`, `90 minutes`, `7 days`. */
export function duration(seconds: number): string {
  const lengths = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ] as const;
  for (const [length, unit] of lengths) {
    if (seconds >= length && seconds % length === 0) return units(seconds / length, unit);
  }
  return units(seconds, 'second');
}

/** Up to two letters for a round picture: `Ada Lovelace` is `AL`. */
export function initials(name: string): string {
  const words = name.split(/[\s@._-]+/u).filter((word) => /^\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('');
}

function daysBetween(then: Date, now: Date): number {
  const midnight = (at: Date) => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
  return Math.round((midnight(now) - midnight(then)) / DAY);
}

/** So many of a unit of time, in full: `Intl` has their words in every language. */
function units(count: number, unit: 'second' | 'minute' | 'hour' | 'day'): string {
  const options = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(locale(), options).format(count);
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale(), options);
}

/** Made when first needed, and again in another language. */
function once<T>(make: () => T): () => T {
  let made: { language: string; formatter: T } | undefined;
  return () => {
    if (made?.language !== language()) made = { language: language(), formatter: make() };
    return made.formatter;
  };
}
