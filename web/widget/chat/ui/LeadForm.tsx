import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Session } from '../session.ts';
import { words } from '../words.ts';

interface LeadFormProps {
  fields: readonly string[];
  /** Nothing can be written before it is filled in. */
  first: boolean;
  session: Session;
}

/** The frame of the form that asks a visitor who they are; the form itself is fetched when it is wanted. */
export function LeadForm({ fields, first, session }: LeadFormProps) {
  const box = useRef<HTMLDivElement>(null);
  const asked = fields.join();
  // Its clean-up must see what has the focus: not after the form is gone.
  useLayoutEffect(() => {
    const frame = box.current as HTMLDivElement;
    session.ask(frame, { fields, first });
    return () => {
      // It goes when its visitor is verified: whoever was filling it in can write on.
      const panel = frame.closest('dialog');
      const inside = frame.contains((frame.getRootNode() as ShadowRoot).activeElement);
      if (inside) setTimeout(() => panel?.querySelector('textarea')?.focus());
    };
  }, [asked, first]);
  return (
    <div class="form" ref={box}>
      <span class="unseen" role="status">
        {words.loading}
      </span>
    </div>
  );
}
