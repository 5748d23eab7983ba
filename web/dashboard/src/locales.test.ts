// @vitest-environment node
import { isStructurallySame, parse } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';
import { catalog, messages } from '../../scripts/messages.mjs';

const texts = messages();

it('every text can be read as a message', () => {
  for (const [text, file] of texts) {
    expect(() => read(text), `${file}: ${text}`).not.toThrow();
  }
});

describe.each(['de', 'ar'])('the catalog of %s', (language) => {
  const translated: Record<string, string> = catalog(language);

  it('has every text, and no other', () => {
    const lacking = [...texts.keys()].filter((text) => !translated[text]);
    const stale = Object.keys(translated).filter((text) => !texts.has(text));
    expect({ lacking, stale }).toEqual({ lacking: [], stale: [] });
  });

  it('asks for the same values as the English text', () => {
    for (const [text, translation] of Object.entries(translated)) {
      const same = isStructurallySame(read(text), read(translation));
      expect(same.success, `${text} → ${translation}`).toBe(true);
    }
  });
});

/** Texts of the service may have braces and are shown without values; then they need not be messages. */
function read(text: string) {
  return parse(text, { ignoreTag: true });
}
