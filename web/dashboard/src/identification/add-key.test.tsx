import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import type { Identification } from '../../../api/dashboard';
import { AddKey } from './add-key';

const NONE: Identification = {
  available: true,
  active: false,
  mode: 'observe',
  keys: [],
  jwks: null,
  jwks_json_url: '/jwks.json',
};

const root = document.createElement('div');
document.body.append(root);
afterEach(() => render(null, root));

it('a private key that is pasted is gone from the page at once, and is not sent', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch');
  const nothing = () => {};
  render(<AddKey chatId="c" identification={NONE} onIssued={nothing} replace={nothing} />, root);
  const tab = [...root.querySelectorAll<HTMLElement>('[role=tab]')][1];
  await act(() => tab?.click());
  const field = root.querySelector('textarea') as HTMLTextAreaElement;
  await act(() => {
    field.value = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  expect(root.textContent).toContain('That is a private key.');
  expect(field.value).toBe('');
  expect(root.querySelector('textarea')?.value).toBe('');
  expect(root.querySelector('textarea')).not.toBe(field);
  expect(root.innerHTML).not.toContain('MIIEow');
  expect(fetched).not.toHaveBeenCalled();
});
