import { defineConfig } from 'vite';

/** The dashboard: `dashboard/index.html` and its hashed files, which the service serves under `/assets`. */
export default defineConfig({
  root: 'dashboard',
  base: '/',
  build: {
    target: 'es2022',
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    assetsDir: 'assets',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
