import { small } from './environment.ts';

/** The element that holds the chat: beside the shop on a desktop, instead of it on a phone. */
export interface Dialog {
  readonly element: HTMLDialogElement;
  open(): void;
  close(): void;
}

/** `leave`: the visitor wants to close it. */
export function createDialog(root: ShadowRoot, leave: () => void): Dialog {
  const element = document.createElement('dialog');
  element.className = 'panel';
  element.tabIndex = -1;
  element.setAttribute('aria-labelledby', 'name');
  element.addEventListener('cancel', (event) => {
    event.preventDefault();
    leave();
  });
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    // A shop's own Escape handler is not meant.
    event.stopPropagation();
    leave();
  });
  root.append(element);

  let open = false;
  const show = () => {
    if (small.matches) element.showModal();
    else element.show();
    adapt();
  };
  /** The iOS keyboard lies over fixed elements without making them smaller. */
  const adapt = () => {
    const view = visualViewport;
    if (!view) return;
    element.style.setProperty('--view-height', `${view.height}px`);
    element.style.setProperty('--view-top', `${view.offsetTop}px`);
  };
  visualViewport?.addEventListener('resize', adapt);
  visualViewport?.addEventListener('scroll', adapt);
  small.addEventListener('change', () => {
    if (!open) return;
    const focused = root.activeElement;
    element.close();
    show();
    if (focused instanceof HTMLElement) focused.focus();
  });

  return {
    element,
    open() {
      open = true;
      show();
      // On a phone the keyboard would cover what the visitor has not read yet.
      const field = small.matches ? null : element.querySelector<HTMLElement>('textarea, input');
      (field ?? element).focus();
    },
    close() {
      open = false;
      element.close();
    },
  };
}
