/** The page as static files in `web/dist`: nothing inline and nothing from elsewhere, as the server's policy asks. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  esbuild: { jsx: 'automatic' },
  logLevel: 'warn',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // While the page is being worked on: `neuf serve` beside it answers for the API.
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8123' } },
})
