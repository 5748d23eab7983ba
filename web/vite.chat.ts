import { defineConfig } from 'vite';
import { asciiOnly } from './scripts/ascii.ts';
import { CSS_TARGET } from './scripts/browsers.ts';

/** What the loader fetches when it is first wanted: ES modules, the chat with its styles inside. */
export default defineConfig({
  publicDir: false,
  plugins: [asciiOnly()],
  build: {
    target: 'es2022',
    outDir: 'dist/widget',
    emptyOutDir: true,
    cssTarget: CSS_TARGET,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // They share no module, so that neither is fetched for the other.
      input: { chat: 'widget/chat/main.tsx', identity: 'widget/loader/identity.ts' },
      preserveEntrySignatures: 'exports-only',
      output: {
        format: 'es',
        entryFileNames: '[name].[hash].js',
        chunkFileNames: '[name].[hash].js',
      },
    },
  },
});
