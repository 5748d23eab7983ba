import { expect, it } from 'vitest';
import { scriptOrigin } from './install';

it.each([
  [
    '<script src="https://chat.example.com/widget/zipchat.js?id=x" defer></script>',
    'https://chat.example.com',
  ],
  ['<script src="http://localhost:8787/widget/zipchat.js?id=x"></script>', 'http://localhost:8787'],
  ['<script src="/widget/zipchat.js"></script>', null],
  ['', null],
])('finds the host of %j', (snippet, origin) => {
  expect(scriptOrigin(snippet)).toBe(origin);
});
