import type { ComponentChildren } from 'preact';
import type { Block, Inline } from '../wire.ts';

/** A message's tree as elements. There is no HTML in between, so there is none to make safe. */
export function Content({ blocks }: { blocks: readonly Block[] }) {
  return <>{blocks.map(renderBlock)}</>;
}

function renderBlock(block: Block, key: number): ComponentChildren {
  switch (block?.t) {
    case 'p':
      return <p key={key}>{inline(block.c)}</p>;
    case 'h':
      return (
        <p key={key} class="heading">
          {inline(block.c)}
        </p>
      );
    case 'ul':
      return <ul key={key}>{items(block.items)}</ul>;
    case 'ol':
      return (
        <ol key={key} start={block.start}>
          {items(block.items)}
        </ol>
      );
    case 'code':
      return (
        <pre key={key}>
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return <blockquote key={key}>{list(block.c).map(renderBlock)}</blockquote>;
  }
}

function items(entries: Block[][]): ComponentChildren {
  return list(entries).map((blocks, key) => <li key={key}>{list(blocks).map(renderBlock)}</li>);
}

function inline(parts: Inline[]): ComponentChildren {
  return list(parts).map(renderInline);
}

function renderInline(part: Inline, key: number): ComponentChildren {
  switch (part?.t) {
    case 'text':
      return part.text;
    case 'code':
      return <code key={key}>{part.text}</code>;
    case 'b':
      return <strong key={key}>{inline(part.c)}</strong>;
    case 'i':
      return <em key={key}>{inline(part.c)}</em>;
    case 'br':
      return <br key={key} />;
    case 'a':
      return isSafe(part.href) ? (
        <a key={key} href={part.href} target="_blank" rel="noopener noreferrer">
          {inline(part.c)}
        </a>
      ) : (
        inline(part.c)
      );
  }
}

/** The service allows no other links; it is asked here again because a link is what could do harm. */
function isSafe(href: unknown): href is string {
  return typeof href === 'string' && /^(https?:|mailto:|tel:)/i.test(href);
}

/** A tree of a newer service may have something else where a list belongs. */
function list<T>(value: T[]): T[] {
  return Array.isArray(value) ? value : [];
}
