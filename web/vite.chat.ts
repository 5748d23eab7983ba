import { defineConfig } from 'vite';
import { asciiOnly } from './scripts/ascii.ts';
import { CSS_TARGET } from './scripts/browsers.ts';

/** The chat: one ES module with its styles inside, fetched by the loader when it is first wanted. */
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
      input: { chat: 'widget/chat/main.tsx' },
      preserveEntrySignatures: 'exports-only',
      output: {
        format: 'es',
        entryFileNames: '[name].[hash].js',
        chunkFileNames: '[name].[hash].js',
      },
    },
  },
});
