// What a page asks a service for, with the bytes on the wire as the browser itself counts them.

/** Follows what `page` asks `origin` for, from now on. */
export async function followWire(page, origin) {
  const session = await page.context().newCDPSession(page);
  const all = new Map();
  const on = (event, use) =>
    session.on(`Network.${event}`, (told) => {
      const call = all.get(told.requestId);
      if (call) use(call, told);
    });
  session.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    const { origin: own, pathname, search } = new URL(request.url);
    if (own !== origin) return;
    const path = pathname + search;
    const { method } = request;
    all.set(requestId, { path, method, type, fromCache: false, head: 0, body: 0, ended: false });
  });
  on('requestServedFromCache', (call) => {
    call.fromCache = true;
  });
  on('responseReceived', (call, { response }) => {
    call.fromCache ||= response.fromDiskCache === true;
    call.status = response.status;
    call.headers = response.headers;
    if (!call.fromCache) call.head = response.encodedDataLength;
  });
  // For answers that go on, as event streams do.
  on('dataReceived', (call, { encodedDataLength }) => {
    call.body += encodedDataLength;
  });
  on('loadingFinished', (call, { encodedDataLength }) => {
    call.ended = true;
    // Of preflights the browser tells the head alone.
    call.body = call.fromCache ? 0 : Math.max(encodedDataLength - call.head, 0);
  });
  on('loadingFailed', (call) => {
    call.ended = true;
  });
  await session.send('Network.enable');
  return {
    session,
    get calls() {
      return [...all.values()];
    },
  };
}

/** Whether nothing of `calls` is on its way: what goes on without an end, as an event stream, has begun. */
export function isQuiet(calls) {
  return calls.every(
    ({ ended, headers }) => ended || `${headers?.['content-type']}`.startsWith('text/event-stream'),
  );
}

/** Those of `calls` that went over the wire. */
export function onWire(calls) {
  return calls.filter(({ fromCache }) => !fromCache);
}

/** All their bytes, headers of answers included. */
export function bytesOf(calls) {
  return onWire(calls).reduce((sum, { head, body }) => sum + head + body, 0);
}
