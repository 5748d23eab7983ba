import type { ComponentChildren } from 'preact';
import type { Block, Inline } from '../../../api/dashboard';

/** A message's text, from the tree that the service made of it; no HTML on the way. */
export function Content({ blocks }: { blocks: readonly Block[] }) {
  return <>{blocks.map(renderBlock)}</>;
}

/** Whether a link may be followed; the service sends no other, this is the second lock. */
export function isSafeLink(href: string): boolean {
  return /^(https?:|mailto:|tel:)/i.test(href);
}

function renderBlock(block: Block, at: number): ComponentChildren {
  switch (block.t) {
    case 'p':
      return <p key={at}>{block.c.map(renderInline)}</p>;
    case 'h':
      // Bold, but no heading: a message must not take part in the outline of the page.
      return (
        <p key={at} class="content-heading">
          {block.c.map(renderInline)}
        </p>
      );
    case 'ul':
      return <ul key={at}>{block.items.map(renderItem)}</ul>;
    case 'ol':
      return (
        <ol key={at} start={block.start}>
          {block.items.map(renderItem)}
        </ol>
      );
    case 'code':
      return (
        <pre key={at}>
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return <blockquote key={at}>{block.c.map(renderBlock)}</blockquote>;
    default:
      return null;
  }
}

function renderItem(item: readonly Block[], at: number): ComponentChildren {
  return <li key={at}>{item.map(renderBlock)}</li>;
}

function renderInline(inline: Inline, at: number): ComponentChildren {
  switch (inline.t) {
    case 'text':
      return inline.text;
    case 'b':
      return <strong key={at}>{inline.c.map(renderInline)}</strong>;
    case 'i':
      return <em key={at}>{inline.c.map(renderInline)}</em>;
    case 'code':
      return <code key={at}>{inline.text}</code>;
    case 'br':
      return <br key={at} />;
    case 'a':
      return isSafeLink(inline.href) ? (
        <a key={at} href={inline.href} target="_blank" rel="noopener noreferrer nofollow">
          {inline.c.map(renderInline)}
        </a>
      ) : (
        <span key={at}>{inline.c.map(renderInline)}</span>
      );
    default:
      return null;
  }
}
