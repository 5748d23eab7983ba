import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'happy-dom',
    include: ['{api,widget,dashboard}/**/*.test.{ts,tsx}'],
  },
});
