import { act, createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useZipchat, type ZipchatProps, type ZipchatState, ZipchatWidget } from './index';

const HOST = { host: 'https://chat.example.com', id: 'AbCdEfGhIjKlMnOpQrSt' };
const page = window as { Zipchat?: unknown; IS_REACT_ACT_ENVIRONMENT?: boolean };
let root: Root;
const zipchat = {
  identify: vi.fn(async () => ({ status: 'identified' })),
  setTokenProvider: vi.fn(),
  logout: vi.fn(async () => ({ status: 'logged_out' })),
  open: vi.fn(() => true),
};
const show = (props: Partial<ZipchatProps>) =>
  act(async () => root.render(createElement(ZipchatWidget, { ...HOST, ...props })));

beforeEach(() => {
  page.IS_REACT_ACT_ENVIRONMENT = true;
  page.Zipchat = zipchat;
  root = createRoot(document.body.appendChild(document.createElement('div')));
});

afterEach(async () => {
  await act(async () => root.unmount());
  delete page.Zipchat;
  vi.clearAllMocks();
});

it('follows who is signed in, with the newest function that gets a token', async () => {
  await show({});
  expect(zipchat.setTokenProvider).not.toHaveBeenCalled();
  await show({ customer: 'ada', getToken: () => 'old' });
  await show({ customer: 'ada', getToken: () => 'new' });
  expect(zipchat.setTokenProvider).toHaveBeenCalledTimes(1);
  expect(zipchat.setTokenProvider.mock.lastCall?.[0]()).toBe('new');
  await show({ customer: null });
  expect(zipchat.logout).toHaveBeenCalledTimes(1);
});

it('gives the widget to whoever asks by the hook', async () => {
  let state: ZipchatState | undefined;
  const Help = () => {
    state = useZipchat(HOST);
    return createElement('button', { type: 'button', onClick: state.open }, 'Help');
  };
  await act(async () => root.render(createElement(Help)));
  expect(state?.zipchat).toBe(zipchat);
  document.querySelector('button')?.click();
  expect(zipchat.open).toHaveBeenCalledTimes(1);
});

it('draws nothing on a server', () => {
  expect(renderToString(createElement(ZipchatWidget, HOST))).toBe('');
});
