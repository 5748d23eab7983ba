import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApp, createSSRApp, defineComponent, h, nextTick, reactive } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { useZipchat, type ZipchatProps, type ZipchatState, ZipchatWidget } from './index';

const HOST = { host: 'https://chat.example.com', id: 'AbCdEfGhIjKlMnOpQrSt' };
const page = window as { Zipchat?: unknown };
const zipchat = {
  identify: vi.fn(async () => ({ status: 'identified' })),
  setTokenProvider: vi.fn(),
  logout: vi.fn(async () => ({ status: 'logged_out' })),
  open: vi.fn(() => true),
};
const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await nextTick();
};

beforeEach(() => {
  page.Zipchat = zipchat;
});

afterEach(() => {
  delete page.Zipchat;
  vi.clearAllMocks();
});

it('follows who is signed in, with the newest function that gets a token', async () => {
  const props: ZipchatProps = reactive({ ...HOST });
  const app = createApp({ render: () => h(ZipchatWidget, props) });
  app.mount(document.createElement('div'));
  await settled();
  expect(zipchat.setTokenProvider).not.toHaveBeenCalled();
  Object.assign(props, { customer: 'ada', getToken: () => 'old' });
  await settled();
  Object.assign(props, { getToken: () => 'new' });
  await settled();
  expect(zipchat.setTokenProvider).toHaveBeenCalledTimes(1);
  expect(zipchat.setTokenProvider.mock.lastCall?.[0]()).toBe('new');
  props.customer = null;
  await settled();
  expect(zipchat.logout).toHaveBeenCalledTimes(1);
  app.unmount();
});

it('gives the widget to whoever asks by the composable', async () => {
  let state: ZipchatState | undefined;
  const Help = defineComponent(() => {
    state = useZipchat(HOST);
    return () => null;
  });
  const app = createApp(Help);
  app.mount(document.createElement('div'));
  await settled();
  expect(state?.zipchat.value).toBe(zipchat);
  state?.open();
  expect(zipchat.open).toHaveBeenCalledTimes(1);
  app.unmount();
});

it('draws nothing on a server', async () => {
  const html = await renderToString(createSSRApp({ render: () => h(ZipchatWidget, HOST) }));
  expect(html).toBe('<!---->');
});
