/** The token of a link is behind the `#`, which no browser sends anywhere; it is taken out of the address bar, too. */
export function takeToken(): string {
  const token = location.hash.slice(1);
  if (token) history.replaceState(history.state, '', location.pathname);
  return token;
}
