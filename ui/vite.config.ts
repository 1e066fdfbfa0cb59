import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// The browser test host, for `npm run dev` beside it.
const host = process.env.ROSTER_TEST_HOST ?? 'http://127.0.0.1:5199';

/**
 * Kit's root component hides its route announcer by a style attribute, which `style-src 'self'` refuses.
 * styles/base.css hides it instead.
 */
const withoutStyleAttribute: Plugin = {
  name: 'roster-without-style-attribute',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/generated/root.svelte')) return null;
    return code.replace(/(id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1');
  },
};

export default defineConfig({
  plugins: [withoutStyleAttribute, sveltekit()],
  clearScreen: false,
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: { '/__host': host },
  },
  build: { target: ['es2022', 'safari16'], reportCompressedSize: false },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
  // Vitest runs in Node, but the runes must be the browser's.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
});
