import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'
import { checkFirstLoad } from './first-load.ts'
import { precompress } from './precompress.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

/** For development: where a server runs that the screens speak to. */
const { CLAVIGER_URL = 'http://127.0.0.1:4280' } = process.env

export default defineConfig({
  root,
  plugins: [
    react(),
    tailwindcss(),
    checkFirstLoad({ entry: 'index.html', page: 'src/pages/keys/keys-page.tsx' }),
    precompress(),
  ],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // All at one place under a name with its hash; nothing is written into the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What many screens need is one file: a browser, and the server, has some milliseconds of work with each.
        codeSplitting: { groups: [{ name: 'common', minShareCount: 6 }] },
      },
    },
  },
  server: {
    port: 4281,
    strictPort: true,
    proxy: { '/v1': CLAVIGER_URL, '/docs': CLAVIGER_URL, '/openapi.json': CLAVIGER_URL },
  },
})
