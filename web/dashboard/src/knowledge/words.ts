/** What a source is and how far it is, in words. */

import type { KnowledgeSource } from '../../../api/dashboard';
import { counted, figure } from '../format';

const KINDS: Record<string, string> = {
  text: 'Text',
  file: 'File',
  page: 'Page',
  linked_pages: 'Page and its links',
  sitemap: 'Sitemap',
};

export function kindOf(source: KnowledgeSource): string {
  return KINDS[source.kind] ?? source.kind;
}

/** Whether a node reads it, or is about to. */
export function isBusy(source: KnowledgeSource): boolean {
  return source.state === 'waiting' || source.state === 'running';
}

/** How far it is: of a text or a file, how much there is to find. */
export function progressOf(source: KnowledgeSource): string {
  const { state, found, read, failed, passages, url } = source;
  const find = counted(passages, 'passage');
  if (url === null) return find;
  const pages = `${figure(read)} of ${counted(found, 'page')} read`;
  const misses = failed > 0 ? `, ${figure(failed)} failed` : '';
  switch (state) {
    case 'waiting':
      return 'Waiting to be read';
    case 'running':
      return found === 0 ? 'Looking for pages…' : `${pages}${misses}`;
    case 'stopped':
      return `Stopped: ${pages}${misses}`;
    case 'failed':
      return passages > 0 ? `Failed: ${pages}; ${find} from before` : 'Failed';
    default:
      return `${pages}${misses}, ${find}`;
  }
}

/** “1.4 MB”, “230 KB”. */
export function size(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.ceil(bytes / 1_000)} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
