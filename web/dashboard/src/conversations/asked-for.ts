/** What another page asks this one to search for. */

import { useLayoutEffect } from 'preact/hooks';
import { navigate, place } from '../router';

/** Takes what is to be searched for out of the address: it is often somebody's name, and belongs in no history. */
export function useAskedFor(search: (query: string) => void): void {
  const { path, search: said } = place.value;
  const wanted = new URLSearchParams(said);
  const query = wanted.get('q');
  useLayoutEffect(() => {
    if (query === null) return;
    wanted.delete('q');
    search(query.trim());
    void navigate(wanted.size > 0 ? `${path}?${wanted}` : path, 'replace');
  });
}
