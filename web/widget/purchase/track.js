/* Tells the chat what was bought: window.trackZipchatPurchase({order_id, order_total, currency, line_items}). */
(() => {
  const NAME = 'trackZipchatPurchase';
  const WAITS_MS = [1000, 5000];
  const address = document.currentScript?.src;
  const id = address && new URL(address).searchParams.get('id');
  if (!id) {
    console.error(`${NAME}: the script needs its address with ?id=WIDGET_TOKEN`);
    return;
  }
  const call = new URL(`${encodeURIComponent(id)}/purchases`, address).href;

  const visitorToken = () => {
    try {
      return localStorage.getItem('visitor_token');
    } catch {
      return null;
    }
  };

  /** The status, or 0 where there was no answer. An order counts once, so it may be sent again. */
  const send = async (token, body) => {
    const headers = { authorization: `Bearer ${token}` };
    for (const wait of [...WAITS_MS, 0]) {
      const answer = await fetch(call, {
        method: 'POST',
        headers,
        body,
        credentials: 'omit',
        keepalive: true,
      }).catch(() => null);
      const status = answer?.status ?? 0;
      if ((status && status !== 429 && status < 500) || !wait) return status;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return 0;
  };

  /** Resolves to whether the order is counted, and never rejects. Whoever never opened the chat has nothing to be credited. */
  window[NAME] = async (order) => {
    const token = visitorToken();
    if (!token) return false;
    let status = 0;
    try {
      status = await send(token, JSON.stringify(order));
    } catch {
      // Not JSON at all.
    }
    const counted = status === 200 || status === 201;
    if (!counted) console.error(`${NAME}: the purchase was not counted (${status || 'no answer'})`);
    return counted;
  };
})();
