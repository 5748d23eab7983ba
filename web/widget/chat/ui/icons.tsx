const PATHS = {
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  send: 'M12 19V5M5.5 11.5L12 5l6.5 6.5',
  fresh:
    'M11 5H6a2 2 0 00-2 2v11a2 2 0 002 2h11a2 2 0 002-2v-5M18 3.5l2.5 2.5L13 13.5l-3.5 1 1-3.5z',
  earlier: 'M4 12a8 8 0 108-8 8.5 8.5 0 00-7.5 4.5M4 4v4.5h4.5M12 8v4l3 2',
  down: 'M12 5v14M5.5 12.5L12 19l6.5-6.5',
};

/** A line drawing that says nothing: its button has the name. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
