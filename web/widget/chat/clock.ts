import { signal } from '@preact/signals';
import { say, words } from './words.ts';

interface Formats {
  time: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
}

/** Null until the page has had time for it: the first formatter of a page takes a tenth of a second on a slow phone. */
const formats = signal<Formats | null>(null);

/** Makes the formatters when the browser has nothing better to do. */
export function warmUp(): void {
  const make = () => {
    formats.value ??= {
      time: new Intl.DateTimeFormat(locale(), { hour: 'numeric', minute: '2-digit' }),
      day: new Intl.DateTimeFormat(locale(), {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
      }),
    };
  };
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(make, { timeout: 2000 });
  else setTimeout(make, 500);
}

/** The visitor's own kind of the chat's language, or the language. */
function locale(): string {
  return navigator.languages.find((tag) => tag.startsWith(say.language)) ?? say.language;
}

/** The time of day of an RFC 3339 text, or nothing as long as there is no formatter. */
export function timeOf(sentAt: string): string {
  const at = Date.parse(sentAt);
  return formats.value && at ? formats.value.time.format(at) : '';
}

/** "Today", "Yesterday" or the date. */
export function dayOf(sentAt: string): string {
  const at = Date.parse(sentAt);
  if (!at || !formats.value) return '';
  const days = Math.round((midnight(Date.now()) - midnight(at)) / 86_400_000);
  return days === 0 ? words.today : days === 1 ? words.yesterday : formats.value.day.format(at);
}

/** Whether two texts fall on the same day here. */
export function isSameDay(one: string, other: string): boolean {
  return midnight(Date.parse(one)) === midnight(Date.parse(other));
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
