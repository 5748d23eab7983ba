import { render } from 'preact';
import { afterEach, expect, it } from 'vitest';
import type { Attempt } from '../../../api/dashboard';
import type { PartProps } from './parts-nav';
import RecentPart from './recent';

const EXPIRED: Attempt = {
  request_id: 'r1',
  at: '2026-01-01T00:00:00Z',
  outcome: 'refused',
  reason: 'expired',
  message: 'The token has expired.',
  detail: '60 minutes ago',
  remedy: 'Make a new one.',
  kid: null,
  origin: null,
  warnings: [],
  customer: null,
};

const LIVE = {
  connection: 'live',
  value: {
    attempts: [EXPIRED, { ...EXPIRED, request_id: 'r2', detail: null }],
    totals: { hours: 24, verified: 0, refused: 2, by_reason: [] },
    verified_ever: false,
    first_verified: null,
    alerts: [],
  },
};

const root = document.createElement('div');
afterEach(() => render(null, root));

it('the totals and the record come before what may be a long list', () => {
  const props = { detail: { chat: { id: 'c' } }, live: LIVE } as unknown as PartProps;
  render(<RecentPart {...props} />, root);
  const headings = [...root.querySelectorAll('h2')].map(({ textContent }) => textContent);
  expect(headings).toEqual([
    'The last 24 hours',
    'The record',
    'Over time',
    'Recent identifications',
  ]);
  const [measured, other] = [...root.querySelectorAll('.attempt')].map((one) => one.textContent);
  expect(measured).toContain('The token has expired. (60 minutes ago) Make a new one.');
  expect(other).not.toContain('(');
});
