import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The first paint waits for the script, so that someone who chose the dark theme on a light
 * system sees no flash of the other one. (No inline script: the pages forbid them.)
 */
const paintAfterScript: Plugin = {
  name: 'paint-after-script',
  enforce: 'post',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '$& blocking="render"'),
  },
};

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [paintAfterScript],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../dist/dashboard'),
    emptyOutDir: true,
    assetsDir: 'assets',
    // Never a `data:` address where a file will do: the file is cached for ever.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What several pages share is one file, or the smallest parts would be requests of their own.
        // Styles stay with their pages: what two of them share is not wanted at the start.
        codeSplitting: {
          groups: [{ name: 'shared', minShareCount: 2, test: /\.tsx?$|node_modules/ }],
        },
      },
    },
  },
});
