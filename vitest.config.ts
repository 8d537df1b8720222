import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], extra: object = {}) => ({
  test: { name, include, environment: 'node' as const, ...extra }
})

/** One project a tier; `docs/TESTING.md` says what each answers. */
export default defineConfig({
  test: {
    projects: [
      // Vitest leaves one of two cores alone.
      project(
        'unit',
        ['src/**/*.test.ts', 'tests/*.test.ts', 'tests/{faults,chaos/rules}/**/*.test.ts'],
        { maxWorkers: 2 }
      ),
      project('cluster', ['tests/cluster/**/*.test.ts'], {
        testTimeout: 60_000,
        hookTimeout: 60_000,
        maxWorkers: 2
      }),
      project('crash', ['tests/crash/**/*.test.ts'], {
        testTimeout: 300_000,
        hookTimeout: 60_000,
        fileParallelism: false
      }),
      project('torture', ['tests/torture/**/*.test.ts'], {
        testTimeout: 300_000
      }),
      project('chaos', ['tests/chaos/*.test.ts'], { fileParallelism: false }),
      project('clients', ['tests/compat/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 60_000,
        fileParallelism: false
      }),
      // These mostly wait: for polls, for handles that expire, for clients that are given up.
      project('grpc', ['tests/compat/grpc/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 60_000,
        maxWorkers: 4
      })
    ]
  }
})
