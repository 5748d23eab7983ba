import { render } from 'preact';
import { act } from 'preact/test-utils';
import { beforeEach, expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { forgetResources, type Resource, useResource } from './resource';

type Load = (signal: AbortSignal) => Promise<string>;

let root: HTMLElement;
let seen: Resource<string>;

function Reader({ of, load }: { of: string | null; load: Load }) {
  seen = useResource(of, load);
  return null;
}

async function show(of: string | null, load: Load) {
  await act(() => render(<Reader of={of} load={load} />, root));
}

beforeEach(() => {
  root = document.createElement('div');
  forgetResources();
});

it('brings what was loaded', async () => {
  await show('a', async () => 'loaded');
  expect(seen).toMatchObject({ value: 'loaded', error: undefined });
});

it('loads nothing without a key', async () => {
  await show(null, () => Promise.reject(new Error('was asked')));
  expect(seen.value).toBeUndefined();
});

it('never shows the value of another key', async () => {
  await show('a', async () => 'of a');
  await show('b', () => new Promise(() => {}));
  expect(seen.value).toBeUndefined();
});

it('shows what it remembers while it loads anew', async () => {
  await show('a', async () => 'of a');
  await show('b', async () => 'of b');
  await show('a', () => new Promise(() => {}));
  expect(seen.value).toBe('of a');
});

it('keeps the value beside the error of a later attempt', async () => {
  let fails = false;
  await show('a', async () => {
    if (fails) throw new ApiError(503, 'unavailable', '');
    return 'first';
  });
  fails = true;
  await act(async () => {
    await seen.reload();
  });
  expect(seen.value).toBe('first');
  expect(seen.error?.status).toBe(503);
});

it('ignores an answer that was overtaken', async () => {
  const answers: ((value: string) => void)[] = [];
  await show('a', () => new Promise((resolve) => answers.push(resolve)));
  void seen.reload();
  await act(async () => {
    answers[1]?.('second');
    answers[0]?.('first');
  });
  expect(seen.value).toBe('second');
});

it('forgets on request', async () => {
  await show('a', async () => 'of a');
  await show('b', async () => 'of b');
  forgetResources();
  await show('a', () => new Promise(() => {}));
  expect(seen.value).toBeUndefined();
});
