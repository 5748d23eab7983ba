import { readdirSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { asciiOnly } from './scripts/ascii.ts';
import { CSS_TARGET } from './scripts/browsers.ts';
import { names, SHARED_NAMES } from './scripts/names.ts';

/** Members that only the loader's own files know of. What the page, the browser or fetched code calls by name must not be here. */
const OWN_NAMES =
  'attach become both busy changed delay details failed follow forget header identified knows leaks leave near outcome over port stop sync url wake'.split(
    ' ',
  );

/** The loader: one classic script, into which the service puts a chat's configuration. Build the chat first. */
export default defineConfig({
  publicDir: false,
  plugins: [asciiOnly(), oneConfiguration()],
  define: {
    __CHAT_CHUNK__: JSON.stringify(chunk('chat')),
    __IDENTITY_CHUNK__: JSON.stringify(chunk('identity')),
  },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    // As a library, so that `import()` stays the browser's own.
    lib: {
      entry: 'widget/loader/sdk.ts',
      name: 'zipchatLoader',
      formats: ['iife'],
      fileName: () => 'loader.js',
    },
    cssTarget: CSS_TARGET,
    rolldownOptions: {
      output: { minify: { mangleProps: { include: names(OWN_NAMES), cache: SHARED_NAMES } } },
    },
  },
});

/** The file name, hash included, that the chat's build gave the entry `name`. */
function chunk(name: string): string {
  const found = readdirSync('dist/widget').filter((file) => file.startsWith(`${name}.`));
  const [file] = found;
  if (file === undefined || found.length > 1) {
    throw new Error(
      `dist/widget has ${found.length} chunks "${name}" instead of one: run "npm run build:chat"`,
    );
  }
  return file;
}

/** Fails the build unless the service will find exactly one place for the configuration. */
function oneConfiguration(): Plugin {
  return {
    name: 'one-configuration',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        const places = file.type === 'chunk' ? file.code.split('__ZIPCHAT_CONFIG__').length - 1 : 1;
        if (places !== 1) this.error(`the loader names __ZIPCHAT_CONFIG__ ${places} times`);
      }
    },
  };
}
