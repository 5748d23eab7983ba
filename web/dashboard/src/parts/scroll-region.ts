/** For an element that scrolls: a name, and a place in the tab order, so that keys can scroll it. */
export function scrollRegion(name: string) {
  return { role: 'region', tabIndex: 0, 'aria-label': name } as const;
}
