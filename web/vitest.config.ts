import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'happy-dom',
    include: ['{api,widget,dashboard,packages}/**/*.test.{ts,tsx}'],
  },
  resolve: {
    alias: { '@zipchat/web': new URL('./packages/web/src/index.ts', import.meta.url).pathname },
  },
});
