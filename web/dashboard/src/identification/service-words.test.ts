import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SERVICE_WORDS } from './service-words';

const read = (path: string) =>
  readFileSync(join(import.meta.dirname, '../../../../crates', path), 'utf8');

const said = [
  'domain/src/identity/check.rs',
  'server/src/app/attempts.rs',
  'server/src/app/check_site.rs',
]
  .map(read)
  .join('\n');

it.each(SERVICE_WORDS)('the service says: %s', (words) => {
  expect(said).toContain(words);
});
