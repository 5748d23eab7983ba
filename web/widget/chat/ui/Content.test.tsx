import { render } from 'preact';
import { describe, expect, it } from 'vitest';
import type { Block } from '../wire.ts';
import { Content } from './Content.tsx';

function html(blocks: unknown): string {
  const box = document.createElement('div');
  render(<Content blocks={blocks as Block[]} />, box);
  return box.innerHTML;
}
const text = (value: string) => ({ t: 'text', text: value });

describe('a message’s tree', () => {
  it('becomes elements', () => {
    expect(
      html([
        { t: 'h', c: [text('Title')] },
        {
          t: 'p',
          c: [
            text('a'),
            { t: 'b', c: [text('b')] },
            { t: 'br' },
            { t: 'i', c: [{ t: 'code', text: 'c' }] },
          ],
        },
        { t: 'ul', items: [[{ t: 'p', c: [text('one')] }]] },
        { t: 'ol', start: 3, items: [[{ t: 'p', c: [text('three')] }]] },
        { t: 'code', text: 'x < y' },
        { t: 'quote', c: [{ t: 'p', c: [text('said')] }] },
      ]),
    ).toBe(
      '<p class="heading">Title</p><p>a<strong>b</strong><br><em><code>c</code></em></p>' +
        '<ul><li><p>one</p></li></ul><ol start="3"><li><p>three</p></li></ol>' +
        '<pre><code>x &lt; y</code></pre><blockquote><p>said</p></blockquote>',
    );
  });

  it.each(['https://example.com/a', 'http://example.com', 'mailto:a@example.com', 'tel:+4912345'])(
    'links to %s',
    (href) => {
      expect(html([{ t: 'p', c: [{ t: 'a', href, c: [text('there')] }] }])).toBe(
        `<p><a href="${href}" target="_blank" rel="noopener noreferrer">there</a></p>`,
      );
    },
  );

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '/relative',
    '//example.com',
    null,
    { toString: () => 'https://example.com' },
  ])('does not link to %s', (href) => {
    expect(html([{ t: 'p', c: [{ t: 'a', href, c: [text('there')] }] }])).toBe('<p>there</p>');
  });

  it('shows HTML as text', () => {
    expect(html([{ t: 'p', c: [text('<img src=x onerror=alert(1)>')] }])).toBe(
      '<p>&lt;img src=x onerror=alert(1)&gt;</p>',
    );
  });

  it('leaves out what it does not know, and survives what is odd', () => {
    expect(
      html([
        null,
        5,
        { t: 'hologram' },
        { t: 'p', c: 'x' },
        { t: 'p', c: [null, { t: 'new' }, text('y')] },
        { t: 'ul', items: [null] },
      ]),
    ).toBe('<p></p><p>y</p><ul><li></li></ul>');
  });
});
