import { defineConfig } from 'vite';
import { asciiOnly } from './scripts/ascii.ts';
import { CSS_TARGET } from './scripts/browsers.ts';
import { shorten } from './scripts/names.ts';

/** Members that only the chat's own files know of: not the browser's, a library's or the service's, and not kept in storage. */
const OWN_NAMES =
  'authorName customer dispatch firstName held hurry isBusy isConnected isOpen isSettled lastMessageAt lastName lookAgain outbox phase problem readSeq reconnect replyId resend resendAfter retryAfter retryReply sentAt session speaker startConversation summaries typist withdraw writing'.split(
    ' ',
  );

/** What the loader fetches when it is first wanted: ES modules, the chat with its styles inside. */
export default defineConfig({
  publicDir: false,
  plugins: [shorten(OWN_NAMES), asciiOnly()],
  build: {
    target: 'es2022',
    outDir: 'dist/widget',
    emptyOutDir: true,
    cssTarget: CSS_TARGET,
    // As a library, so that `import()` stays the browser's own.
    lib: {
      // They share no module, so that neither is fetched for the other.
      entry: { chat: 'widget/chat/main.tsx', identity: 'widget/loader/identity.ts' },
      formats: ['es'],
    },
    rolldownOptions: {
      output: {
        entryFileNames: '[name].[hash].js',
        chunkFileNames: '[name].[hash].js',
        minify: true,
      },
    },
  },
});
