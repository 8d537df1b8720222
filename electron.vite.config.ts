import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { emitDeclarations } from './scripts/declarations.mjs'
import { emitResultSchemas } from './scripts/result-schemas.mjs'

export default defineConfig({
  main: {
    plugins: [
      emitResultSchemas(import.meta.dirname, 'resultSchemas.json'),
      emitDeclarations(resolve('src/testing/startGantry.ts'), 'testing.d.ts')
    ],
    build: {
      // Bundled, because hundreds of small files cost more of the start than everything else together.
      externalizeDeps: { exclude: ['fzstd', 'zod', 'ws', 'nedb-promises', 'protobufjs'] },
      // What `npm run headless` runs on; Electron's own Node is newer.
      target: 'node20.19',
      rollupOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          headless: resolve('src/main/headless.ts'),
          cli: resolve('src/main/cli.ts'),
          testing: resolve('src/testing/startGantry.ts')
        }
      }
    }
  },
  preload: {
    build: {
      // A sandboxed preload can neither be ESM nor load chunks: one self-contained CommonJS file.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: resolve('src/renderer'),
    plugins: [vue()],
    // Of write-excel-file: the window's content security policy allows no worker made of a blob.
    resolve: {
      alias: [{ find: /^fflate$/, replacement: resolve('src/renderer/src/format/zipOnThisThread') }]
    },
    build: {
      minify: true,
      rollupOptions: { input: { index: resolve('src/renderer/index.html') } }
    }
  }
})
