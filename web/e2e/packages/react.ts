/** A shop in React, as its developer would write it. */

import { useZipchat } from '@zipchat/react';
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';

const { host, id } = document.body.dataset as { host: string; id: string };

function Shop() {
  const [customer, setCustomer] = useState<string | null>(null);
  const getToken = async () => (await fetch(`/token/${customer}`)).text();
  const { zipchat, open } = useZipchat({ host, id, customer, getToken });
  const button = (name: string, onClick: () => void) =>
    h('button', { type: 'button', onClick }, name);
  return h(
    'main',
    null,
    button('Sign in Ada', () => setCustomer('Ada')),
    button('Sign in Ben', () => setCustomer('Ben')),
    button('Sign out', () => setCustomer(null)),
    zipchat && button('Help', open),
  );
}

createRoot(document.getElementById('shop') as HTMLElement).render(h(Shop));
