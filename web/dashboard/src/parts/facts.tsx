import type { ComponentChildren } from 'preact';

interface Props {
  name: string;
  wide?: boolean;
  children: ComponentChildren;
}

/** A term and what it is, within a `<dl class="facts">`; nothing where there is nothing. */
export function Fact({ name, wide = false, children }: Props) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <div class={wide ? 'fact-wide' : undefined}>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}
