/** What a source is and how far it is, in words. */

import type { KnowledgeSource } from '../../../api/dashboard';
import { figure } from '../format';
import { msg, t } from '../i18n';

const KINDS: Record<string, string> = {
  text: msg('Text'),
  file: msg('File'),
  page: msg('Page'),
  linked_pages: msg('Page and its links'),
  sitemap: msg('Sitemap'),
};

export function kindOf(source: KnowledgeSource): string {
  return t(KINDS[source.kind] ?? source.kind);
}

/** Whether a node reads it, or is about to. */
export function isBusy(source: KnowledgeSource): boolean {
  return source.state === 'waiting' || source.state === 'running';
}

/** How far it is: of a text or a file, how much there is to find. */
export function progressOf(source: KnowledgeSource): string {
  const { state, found, passages, url } = source;
  const find = t('{count, plural, one {# passage} other {# passages}}', { count: passages });
  if (url === null) return find;
  const pages = pagesOf(source);
  switch (state) {
    case 'waiting':
      return t('Waiting to be read');
    case 'running':
      return found === 0 ? t('Looking for pages…') : pages;
    case 'stopped':
      return t('Stopped: {pages}', { pages });
    case 'failed':
      return passages > 0
        ? t('Failed: {pages}; {passages} from before', {
            pages: pagesOf({ ...source, failed: 0 }),
            passages: find,
          })
        : t('Failed');
    default:
      return t('{pages}, {passages}', { pages, passages: find });
  }
}

function pagesOf({ read, found, failed }: KnowledgeSource): string {
  const values = { read: figure(read), found, failed: figure(failed) };
  return failed > 0
    ? t(
        '{found, plural, one {{read} of # page read} other {{read} of # pages read}}, {failed} failed',
        values,
      )
    : t('{found, plural, one {{read} of # page read} other {{read} of # pages read}}', values);
}

/** “1.4 MB”, “230 KB”. */
export function size(bytes: number): string {
  return bytes < 1_000_000
    ? t('{size} KB', { size: figure(Math.ceil(bytes / 1_000)) })
    : t('{size} MB', { size: figure(Math.round(bytes / 100_000) / 10) });
}
