/** A shop in Vue, as its developer would write it. */

import { useZipchat } from '@zipchat/vue';
import { createApp, defineComponent, h, ref } from 'vue';

const { host, id } = document.body.dataset as { host: string; id: string };

const Shop = defineComponent(() => {
  const customer = ref<string | null>(null);
  const getToken = async () => (await fetch(`/token/${customer.value}`)).text();
  const { zipchat, open } = useZipchat(() => ({ host, id, customer: customer.value, getToken }));
  const button = (name: string, onClick: () => void) =>
    h('button', { type: 'button', onClick }, name);
  const become = (who: string | null) => () => {
    customer.value = who;
  };
  return () =>
    h('main', [
      button('Sign in Ada', become('Ada')),
      button('Sign in Ben', become('Ben')),
      button('Sign out', become(null)),
      zipchat.value && button('Help', open),
    ]);
});

createApp(Shop).mount('#shop');
