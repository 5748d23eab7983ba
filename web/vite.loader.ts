import { readdirSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { asciiOnly } from './scripts/ascii.ts';
import { CSS_TARGET } from './scripts/browsers.ts';

/** The loader: one classic script, into which the service puts a chat's configuration. Build the chat first. */
export default defineConfig({
  publicDir: false,
  plugins: [asciiOnly(), oneConfiguration()],
  define: { __CHAT_CHUNK__: JSON.stringify(chatChunk()) },
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
  },
});

/** The file name, hash included, that the chat's build gave its entry. */
function chatChunk(): string {
  const chunks = readdirSync('dist/widget').filter((name) => /^chat\..+\.js$/.test(name));
  const [chunk] = chunks;
  if (chunk === undefined || chunks.length > 1) {
    throw new Error(
      `dist/widget has ${chunks.length} chat chunks instead of one: run "npm run build:chat"`,
    );
  }
  return chunk;
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
