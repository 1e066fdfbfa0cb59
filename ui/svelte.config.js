import { readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import adapterStatic from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

const pages = 'build';

/**
 * Kit starts the app with an inline script. The window's policy is `script-src 'self'`, without hashes, so
 * after the build that script moves into a file of its own, named by its content.
 *
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @returns {import('@sveltejs/kit').Adapter}
 */
function withoutInlineScript(adapter) {
  return {
    ...adapter,
    name: `${adapter.name} without inline script`,
    async adapt(builder) {
      await adapter.adapt(builder);
      const page = path.join(pages, 'index.html');
      const html = await readFile(page, 'utf8');
      const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)];
      if (scripts.length !== 1) {
        throw new Error(`expected one inline script in ${page}, found ${scripts.length}`);
      }
      const [tag, body] = scripts[0];
      const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
      const name = `_app/immutable/entry/boot.${hash}.js`;
      await writeFile(path.join(pages, name), body);
      await writeFile(page, html.replace(tag, `<script src="/${name}"></script>`));
    },
  };
}

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  kit: {
    adapter: withoutInlineScript(adapterStatic({ pages, fallback: 'index.html' })),
    output: { preloadStrategy: 'modulepreload' },
    version: { name: 'app', pollInterval: 0 },
  },
};
