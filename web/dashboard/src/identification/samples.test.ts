import { describe, expect, it } from 'vitest';
import { KEY_VARIABLE } from './key-text';
import { BACKEND_SAMPLES, filledIn, PAGE_SAMPLES } from './samples';

const blanks = {
  widgetToken: 'AbCdEfGhIjKlMnOpQrSt',
  kid: 'k-1',
  tag: '<script src="https://chat.example/widget/zipchat.js?id=AbCdEfGhIjKlMnOpQrSt" defer></script>',
};

describe.each([...BACKEND_SAMPLES, ...PAGE_SAMPLES])('the sample in $label', ({ code }) => {
  it('has no blank left', () => {
    expect(filledIn(code, blanks)).not.toMatch(/YOUR_(?:WIDGET|KEY|SCRIPT|TAG)/);
  });

  it('holds no secret', () => {
    expect(filledIn(code, blanks)).not.toMatch(/BEGIN|-----[A-Z]+ KEY/);
  });
});

// The one that no test runs, since its toolchain is not everywhere, says what the others say.
it.each(BACKEND_SAMPLES)(
  '$label reads the key from the environment and names all claims',
  ({ code }) => {
    for (const word of [
      KEY_VARIABLE,
      'RS256',
      'email',
      'sub',
      'first_name',
      'last_name',
      'additional_attributes',
      'aud',
      'iat',
      'exp',
      '3600',
      'kid',
    ]) {
      if (word === 'kid' && code.includes('keyid')) continue;
      expect(code).toContain(word);
    }
  },
);
