import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// Stable names without hashes: dist is committed, and the server tells the
// browser by ETag whether its copy is still good. The same sources must give
// the same bytes.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What the entry and the pages that are fetched later share is one file.
        codeSplitting: { groups: [{ name: 'base', minShareCount: 2 }] },
        entryFileNames: 'assets/app.js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: (asset) => (asset.names.some((n) => n.endsWith('.css')) ? 'assets/app.css' : 'assets/[name][extname]'),
      },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'], css: true },
});
