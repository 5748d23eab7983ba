import type { Plugin } from 'vite';

/** Escapes everything beyond ASCII, so that a script reads the same on a page of any encoding. */
export function asciiOnly(): Plugin {
  return {
    name: 'ascii-only',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = escapeBeyondAscii(file.code);
      }
    },
  };
}

/** Right inside string literals and regular expressions, the only places where our sources have such characters. */
function escapeBeyondAscii(code: string): string {
  return code.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
