import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  title: string;
  children: ComponentChildren;
  /** The buttons, safest first: the first one gets the focus. */
  actions: ComponentChildren;
  /** Esc, or a click beside the dialog. */
  onDismiss: () => void;
}

/** A native modal dialog, open for as long as it is rendered. */
export function Dialog({ title, children, actions, onDismiss }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const opened = dialog.current;
    const opener = document.activeElement;
    opened?.showModal();
    return () => {
      opened?.close();
      // Removed from the page, a dialog does not give the focus back by itself.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
      // What opened it may go at the same time.
      setTimeout(() => {
        if (document.activeElement === document.body) {
          document.getElementById('main')?.focus({ preventScroll: true });
        }
      });
    };
  }, []);

  const onCancel = (event: Event) => {
    event.preventDefault();
    onDismiss();
  };
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={onCancel}
      // Esc closes the dialog, not also the page behind it.
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
      onClick={(event) => event.target === dialog.current && onDismiss()}
    >
      <div class="dialog-body">
        <h2 id={titleId}>{title}</h2>
        {children}
        <div class="dialog-actions">{actions}</div>
      </div>
    </dialog>
  );
}
