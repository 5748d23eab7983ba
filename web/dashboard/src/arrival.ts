import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { arrivals } from './router';

/** The document's title, with the most particular part first. */
export function useTitle(...parts: (string | undefined)[]): void {
  const title = [...parts, 'Zipchat'].filter(Boolean).join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/**
 * For the heading of a page: it gets the focus when the page is entered from another one, so that
 * a keyboard or screen reader goes on from there. A freshly loaded document starts at its top.
 */
export function useArrival(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (arrivals.count > 0) heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}
