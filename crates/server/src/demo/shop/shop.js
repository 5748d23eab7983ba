// What a merchant adds to the pages of a shop: the chat learns who is signed in, and forgets it when they sign out.

(() => {
  'use strict';

  /** Asks the shop's own backend for a token. It is signed there: a page must never hold the private key. */
  async function fetchToken() {
    const response = await fetch('/api/zipchat-token', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json' },
    });
    if (!response.ok) throw new Error(`the shop answered ${response.status}`);
    const { token } = await response.json();
    return token;
  }

  async function identifyCustomer() {
    try {
      window.Zipchat.identify(await fetchToken());
    } catch (error) {
      console.error('[shop] no token for the chat:', error);
    }
  }

  if ('signedIn' in document.body.dataset) {
    // The chat says when it is ready, and again whenever it should be told anew.
    window.addEventListener('zipchat:ready-to-identify', identifyCustomer);
    // It may have been ready before this script ran.
    if (window.Zipchat?.isReadyToIdentify?.()) identifyCustomer();
  }

  // On a shared computer the next person must not find the last one's conversation.
  for (const form of document.querySelectorAll('form[data-signs-out]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const patience = new Promise((resolve) => setTimeout(resolve, 2000));
      await Promise.race([Promise.resolve(window.Zipchat?.logout?.()).catch(() => {}), patience]);
      form.submit();
    });
  }

  // Buttons that ask us rather than a search engine.
  for (const button of document.querySelectorAll('button[data-opens-chat]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.Zipchat?.open?.());
  }
})();
