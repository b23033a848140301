import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { ProxyOptions } from 'vite';
import { defineConfig } from 'vitest/config';
import { mockApi } from './mock/plugin.ts';

/** `UI_API=http://127.0.0.1:8787 npm run dev` talks to a real backend; without it the in-memory mock answers. */
const api = process.env['UI_API'];

/** Tests read the messages that `npm run messages` compiled; the plugin would keep watching them. */
const testing = process.env['VITEST'] !== undefined;
const messages = () =>
  paraglideVitePlugin({
    project: './project.inlang',
    outdir: './src/paraglide',
    emitReadme: false,
    strategy: ['globalVariable', 'baseLocale'],
  });

/** The backend refuses requests of foreign pages; while developing, this page is one. */
const asItself = (target: string): ProxyOptions => ({
  target,
  changeOrigin: true,
  configure: (proxy) => proxy.on('proxyReq', (request) => request.setHeader('origin', target)),
});

export default defineConfig({
  // The same files are served by `satu serve` and by the desktop's own scheme: no absolute paths.
  base: './',
  plugins: [svelte(), ...(testing ? [] : [messages()]), ...(testing || api ? [] : [mockApi()])],
  build: {
    // The page of those who work here, and that of the candidates.
    rolldownOptions: { input: ['index.html', 'daftar.html'] },
    target: ['es2022', 'chrome120', 'safari17'],
    // Nothing is inlined: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
  server: {
    port: 5173,
    strictPort: true,
    ...(api ? { proxy: { '/v1': asItself(api), '/healthz': asItself(api) } } : {}),
  },
});
