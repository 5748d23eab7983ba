import { minify } from 'terser';
import type { Plugin } from 'vite';
import english from '../widget/words/en.json' with { type: 'json' };

/**
 * Members by which the loader and the code that it fetches know each other, and what they are called in what is built: for
 * the size. All are built together, and each file's address changes with its content, so both sides always agree. None of
 * them may be the name of anything of the browser's, of the page's or of the service's.
 */
export const SHARED_NAMES: Readonly<Record<string, string>> = {
  renew: 'A',
  startOver: 'B',
  standing: 'C',
  received: 'D',
  closed: 'E',
  refresh: 'F',
  recalls: 'G',
  leaked: 'H',
  isReady: 'I',
  provider: 'J',
  lapsed: 'K',
  complain: 'L',
  doubt: 'M',
  lapsesAt: 'N',
  remember: 'O',
};

/** Matches the shared names and `own`, which only one file knows of. */
export function names(own: readonly string[]): RegExp {
  return new RegExp(`^(${[...Object.keys(SHARED_NAMES), ...own].join('|')})$`);
}

/** Words come from the service by their names, and would not be found under others. */
function refuseWords(shortened: readonly string[]): void {
  const words = { ...english.chat, ...english.form };
  const wrong = shortened.filter((name) => name in words);
  if (wrong.length > 0) throw new Error(`names of words cannot be shortened: ${wrong.join(', ')}`);
}

/** Makes chunks smaller than the bundler does by itself, names of members included. */
export function shorten(own: readonly string[]): Plugin {
  refuseWords([...Object.keys(SHARED_NAMES), ...own]);
  const shared = Object.entries(SHARED_NAMES).map(([name, short]) => [`$${name}`, short]);
  return {
    name: 'shorten',
    enforce: 'post',
    // A file's address is fixed before this runs, and must change with it all the same.
    augmentChunkHash: () => JSON.stringify([shared, own]),
    async generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const { code } = await minify(file.code, {
          module: true,
          // Some of ours are names of the browser’s as well, which are left alone otherwise: nothing of ours uses those.
          mangle: { properties: { regex: names(own), builtins: true } },
          nameCache: { props: { props: Object.fromEntries(shared) } },
        });
        file.code = code ?? file.code;
      }
    },
  };
}
