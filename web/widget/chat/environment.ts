/** What the chat asks of the browser beside the network. */

/** Narrow or low windows get the panel on all of the screen. */
export const small = matchMedia('(max-width: 480px), (max-height: 480px)');

export const isOnline = () => navigator.onLine !== false;

/** `came` or `went` with the network, or with the page's being looked at. Returns what stops it. */
export function watch(handlers: {
  online(): void;
  offline(): void;
  seen(): void;
  unseen(): void;
  left(): void;
}): void {
  addEventListener('online', handlers.online);
  addEventListener('offline', handlers.offline);
  addEventListener('pagehide', handlers.left);
  addEventListener('pageshow', handlers.seen);
  document.addEventListener('visibilitychange', () =>
    document.hidden ? handlers.unseen() : handlers.seen(),
  );
}

/** UUID version 7, by hand: `randomUUID` is missing on plain-http pages. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 5, time = Date.now(); at >= 0; at--, time = Math.floor(time / 256))
    bytes[at] = time;
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
