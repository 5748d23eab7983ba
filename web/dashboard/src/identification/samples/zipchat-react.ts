// Put <Zipchat /> once into what surrounds all your pages.
import { useEffect } from 'react';

const SCRIPT = 'YOUR_SCRIPT_ADDRESS';

type ZipchatApi = { identify(token: string): unknown; isReadyToIdentify(): boolean };

// `/zipchat-token` is an address of your shop: it answers {"token": "…"} for the customer
// who is signed in, and 401 when nobody is.
async function identifyCustomer() {
  const answer = await fetch('/zipchat-token', { method: 'POST', credentials: 'same-origin' });
  if (!answer.ok) return;
  const { token } = (await answer.json()) as { token: string };
  (window as { Zipchat?: ZipchatApi }).Zipchat?.identify(token);
}

export function Zipchat() {
  useEffect(() => {
    // The chat says when it is ready, and again whenever it should be told anew.
    window.addEventListener('zipchat:ready-to-identify', identifyCustomer);
    if ((window as { Zipchat?: ZipchatApi }).Zipchat?.isReadyToIdentify?.()) {
      void identifyCustomer();
    }
    if (!document.querySelector(`script[src="${SCRIPT}"]`)) {
      const script = document.createElement('script');
      script.src = SCRIPT;
      script.dataset.noOptimize = '1';
      document.head.append(script);
    }
    return () => window.removeEventListener('zipchat:ready-to-identify', identifyCustomer);
  }, []);
  return null;
}
