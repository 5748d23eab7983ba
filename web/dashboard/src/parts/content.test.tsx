import { render } from 'preact';
import { beforeEach, expect, it } from 'vitest';
import type { Block } from '../../../api/dashboard';
import { Content, isSafeLink } from './content';

let root: HTMLElement;

beforeEach(() => {
  root = document.createElement('div');
});

function draw(blocks: Block[]): string {
  render(<Content blocks={blocks} />, root);
  return root.innerHTML;
}

it('draws every kind of block and of inline', () => {
  const html = draw([
    { t: 'h', c: [{ t: 'text', text: 'Head' }] },
    { t: 'p', c: [{ t: 'b', c: [{ t: 'i', c: [{ t: 'code', text: 'x' }] }] }, { t: 'br' }] },
    { t: 'ol', start: 3, items: [[{ t: 'p', c: [{ t: 'text', text: 'three' }] }]] },
    { t: 'ul', items: [[{ t: 'quote', c: [{ t: 'code', text: 'a\nb' }] }]] },
  ]);
  expect(html).toBe(
    '<p class="content-heading">Head</p>' +
      '<p><strong><em><code>x</code></em></strong><br></p>' +
      '<ol start="3"><li><p>three</p></li></ol>' +
      '<ul><li><blockquote><pre><code>a\nb</code></pre></blockquote></li></ul>',
  );
});

it('never makes elements of text', () => {
  draw([{ t: 'p', c: [{ t: 'text', text: '<img src=x onerror=alert(1)>' }] }]);
  expect(root.querySelector('img')).toBeNull();
  expect(root.textContent).toBe('<img src=x onerror=alert(1)>');
});

it('opens links elsewhere, and shows unsafe ones as text', () => {
  draw([
    {
      t: 'p',
      c: [
        { t: 'a', href: 'https://example.com/', c: [{ t: 'text', text: 'good' }] },
        { t: 'a', href: 'javascript:alert(1)', c: [{ t: 'text', text: 'bad' }] },
      ],
    },
  ]);
  const links = [...root.querySelectorAll('a')];
  expect(links.map((link) => link.textContent)).toEqual(['good']);
  expect(links[0]?.rel).toContain('noopener');
  expect(root.textContent).toBe('goodbad');
});

it('leaves out what it does not know', () => {
  const unknown = { t: 'video', src: 'x' } as unknown as Block;
  expect(draw([unknown, { t: 'p', c: [{ t: 'text', text: 'still here' }] }])).toBe(
    '<p>still here</p>',
  );
});

it.each([
  ['https://example.com', true],
  ['HTTP://example.com', true],
  ['mailto:a@example.com', true],
  ['tel:+4712345678', true],
  ['javascript:alert(1)', false],
  [' javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['//example.com', false],
])('says whether %j may be followed', (href, safe) => {
  expect(isSafeLink(href)).toBe(safe);
});
