import { describe, expect, it } from 'vitest';
import { changesOf, formOf, originOf, problemOf, shutOut } from './origins-form';

describe('allowed origins', () => {
  it('are read from what is typed or pasted', () => {
    for (const [typed, origin] of [
      ['https://shop.example', 'https://shop.example'],
      [' HTTPS://Shop.example/cart?x=1 ', 'https://shop.example'],
      ['shop.example', 'https://shop.example'],
      ['http://localhost:8788/', 'http://localhost:8788'],
      ['https://shop.example:443', 'https://shop.example'],
      ['bücher.example', 'https://xn--bcher-kva.example'],
    ] as const) {
      expect(originOf(typed)).toBe(origin);
    }
    for (const wrong of [
      '',
      'ftp://shop.example',
      'javascript:alert(1)',
      '*.shop.example',
      'a b',
    ]) {
      expect(originOf(wrong)).toBeNull();
    }
  });

  it('are each there once, and not too many', () => {
    const many = Array.from({ length: 100 }, (_, at) => `https://${at}.example`);
    expect(problemOf('shop.example', [])).toBeNull();
    expect(problemOf('shop.example', ['https://shop.example'])).toContain('already');
    expect(problemOf('shop.example', many)).toContain('100');
    expect(problemOf('', [])).toContain('address');
  });

  it('become settings again', () => {
    const saved = formOf({ allowed_origins: ['https://a.example', 7] });
    expect(changesOf(saved, saved)).toEqual({});
    expect(changesOf(saved, { origins: [] })).toEqual({ allowed_origins: [] });
  });

  it('shut out who calls and is not among them', () => {
    const calling = ['https://a.example', 'https://b.example'];
    expect(shutOut([], calling)).toEqual([]);
    expect(shutOut(['https://a.example'], calling)).toEqual(['https://b.example']);
  });
});
