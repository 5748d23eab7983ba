import { expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { explain } from './explain';

it.each([
  [new ApiError(0, 'unreachable', ''), 'No connection', true],
  [new ApiError(403, 'forbidden', ''), 'Your role does not allow this', false],
  [new ApiError(404, 'not_found', ''), 'Not here', false],
  [new ApiError(503, 'unavailable', ''), 'Not available just now', true],
  [new ApiError(502, 'unreadable', ''), 'Not available just now', true],
  [new ApiError(422, 'invalid', 'At most three keys.'), 'That did not work', false],
])('%o is told as %s', (error, title, retryable) => {
  expect(explain(error)).toMatchObject({ title, retryable });
});

it('tells how long to wait', () => {
  expect(explain(new ApiError(429, 'rate_limited', '', 42)).advice).toBe(
    'Try again in 42 seconds.',
  );
  expect(explain(new ApiError(429, 'rate_limited', '', null)).advice).toBe(
    'Try again in a moment.',
  );
});

it("gives the service's own words for what was wrong with a request", () => {
  expect(explain(new ApiError(422, 'invalid', 'At most three keys.')).advice).toBe(
    'At most three keys.',
  );
});

it('leaves out the name of the one field that was filled in', () => {
  const advice = (message: string) => explain(new ApiError(422, 'invalid', message)).advice;
  expect(advice('url: it answered with the status 404')).toBe('It answered with the status 404');
  expect(advice('public_key: no key')).toBe('No key');
  for (const words of ['identification.session must be a number', 'phone_number: too long']) {
    expect(advice(words)).toBe(words);
  }
});
