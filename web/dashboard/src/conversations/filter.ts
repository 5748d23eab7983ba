/** Which conversations the list shows, kept in the address: so it can be shared, and Back works. */

import type { InboxFilter, Show } from '../../../api/dashboard';

export interface Filter {
  show: Show;
  /** The id of a colleague whose conversations are shown. */
  assignee: string;
  verified: '' | 'true' | 'false';
  /** Days as `2026-11-30`, the first and the last that are shown. */
  from: string;
  to: string;
}

export const EVERYTHING: Filter = { show: 'all', assignee: '', verified: '', from: '', to: '' };

const SHOWS: readonly Show[] = ['all', 'needs_person', 'mine', 'unassigned'];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What the query of an address asks for; what it cannot mean counts as not said. */
export function readFilter(search: string): Filter {
  const query = new URLSearchParams(search);
  const show = SHOWS.find((one) => one === query.get('show')) ?? 'all';
  const verified = query.get('verified');
  const day = (name: string) => {
    const text = query.get(name) ?? '';
    return DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
  };
  return {
    show,
    assignee: query.get('assignee') ?? '',
    verified: verified === 'true' || verified === 'false' ? verified : '',
    from: day('from'),
    to: day('to'),
  };
}

/** The query of an address, with its question mark; nothing where everything is shown. */
export function writeFilter(filter: Filter): string {
  const said = Object.entries(filter).filter(
    ([name, value]) => value !== EVERYTHING[name as keyof Filter],
  );
  return said.length > 0 ? `?${new URLSearchParams(said)}` : '';
}

/** As the service is asked: days begin and end where the operator is. */
export function asked({ show, assignee, verified, from, to }: Filter): InboxFilter {
  const filter: InboxFilter = {};
  if (assignee) filter.assignee = assignee;
  else if (show !== 'all') filter.show = show;
  if (verified) filter.verified = verified === 'true';
  if (from) filter.since = new Date(`${from}T00:00:00`).toISOString();
  if (to) filter.until = new Date(Date.parse(`${to}T00:00:00`) + 86_400_000).toISOString();
  return filter;
}

/** How many of the filters that are folded away are set. */
export function countFolded({ assignee, verified, from, to }: Filter): number {
  return [assignee, verified, from, to].filter(Boolean).length;
}
