// How the app is built. Everything is self-hosted and external (no inlined assets, no inline scripts), because
// the servers send a Content-Security-Policy that allows only files from the app's own origin.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const server = process.env.LIUSHUI_SERVER ?? 'http://127.0.0.1:8000';

export default defineConfig({
  build: {
    target: ['es2022', 'chrome100', 'safari16', 'firefox110'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 800,
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': server } },
  plugins: [
    svelte(),
    VitePWA({
      strategies: 'generateSW',
      registerType: 'prompt',
      injectRegister: 'script',
      workbox: {
        // The decoder's wasm must be on the phone before the network goes away.
        globPatterns: ['**/*.{js,css,html,svg,png,wasm}'],
        maximumFileSizeToCacheInBytes: 3_000_000,
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/v1\//, /^\/sync\//, /^\/schema/],
        cleanupOutdatedCaches: true,
        // The first visit must already be ready for airplane mode; a new version still waits to be asked for.
        clientsClaim: true,
      },
      manifest: {
        id: '/',
        name: '流水 Liushui',
        short_name: '流水',
        description: '门店进销存：扫码、卖货、收货、盘点、质检，断网也能用。',
        lang: 'zh-CN',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        orientation: 'any',
        background_color: '#f5f4ef',
        theme_color: '#0d3b36',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-512-maskable.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
        shortcuts: [
          { name: '卖货', url: '/sell' },
          { name: '收货', url: '/receive' },
          { name: '盘点', url: '/count' },
        ],
      },
    }),
  ],
});
