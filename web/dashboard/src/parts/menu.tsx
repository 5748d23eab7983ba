import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

interface Props {
  /** What the button shows, and its name where that is no text. */
  button: ComponentChildren;
  label: string;
  class?: string;
  /** Called with the way to close the menu, for what is chosen in it. */
  children: (close: () => void) => ComponentChildren;
}

/** A button that discloses links and buttons below it; Esc, a click elsewhere and leaving it by Tab put them away. */
export function Menu({ button, label, class: kind = '', children }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => setOpen(false);
  const closeAndReturn = () => {
    close();
    // What was chosen goes with the menu, and the focus must not go with it.
    opener.current?.focus();
  };

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) close();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open) {
      event.stopPropagation();
      closeAndReturn();
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') step(event, box.current);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is inside is what is operated.
    <div class="menu" ref={box} onKeyDown={onKeyDown}>
      <button
        ref={opener}
        type="button"
        class={`button quiet ${kind}`}
        aria-expanded={open}
        aria-controls={id}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      <div class="menu-sheet" id={id} hidden={!open}>
        {open && children(closeAndReturn)}
      </div>
    </div>
  );
}

/** The arrow keys go through what is in the menu, besides Tab. */
function step(event: KeyboardEvent, box: HTMLElement | null): void {
  if ((event.target as Element).matches('input, select')) return;
  const all = [...(box?.querySelectorAll<HTMLElement>('.menu-sheet :is(a, button)') ?? [])];
  if (all.length === 0) return;
  event.preventDefault();
  const at = all.indexOf(document.activeElement as HTMLElement);
  const by = event.key === 'ArrowDown' ? 1 : -1;
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
  all[next]?.focus();
}
