import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** `npm run test:compat`: official Java clients. The Node clients run with `npm test`. */
export default defineConfig({
  test: {
    name: 'compat',
    root: resolve(import.meta.dirname, '../..'),
    include: ['tests/compat/javaClients/**/*.test.ts'],
    globalSetup: ['tests/compat/javaClients/fetchClients.ts'],
    environment: 'node',
    // Some at a time: JVMs start while others wait.
    maxWorkers: 4,
    reporters: ['verbose'],
    // Generous on purpose: a JVM on a busy machine is slow, and slow is not wrong.
    testTimeout: 300_000,
    hookTimeout: 300_000
  }
})
