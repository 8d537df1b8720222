/**
 * `npm run test:crash -- [--rounds N] [--seed S] [--strace | --mutants]`: kills a broker under load in N rounds, those of the seeds
 * from S on; or, with --strace, a fixed script at every storage call it makes; or, with --mutants, brokers that have one
 * protection switched off, which must be convicted.
 */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale } from './build-if-stale.mjs'

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    strace: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false }
  }
})

const whole = (name, smallest) => {
  const text = values[name]
  if (text === undefined || (/^\d{1,9}$/.test(text) && Number(text) >= smallest)) return text
  console.error(`--${name} ${text}: a whole number from ${smallest}`)
  process.exit(2)
}
const rounds = whole('rounds', 1)
const seed = whole('seed', 0)

if (!values.strace) await buildIfStale()
const chosen = [
  values.strace && 'tests/crash/strace.test.ts',
  values.mutants && 'tests/crash/mutants.test.ts',
  (rounds !== undefined || seed !== undefined) && !values.strace && 'tests/crash/kill.test.ts'
]
const files = chosen.filter((file) => file !== false)
const child = spawn(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'crash', ...files],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(rounds !== undefined && { GANTRY_CRASH_ROUNDS: rounds }),
      ...(seed !== undefined && { GANTRY_CRASH_SEED: seed }),
      ...(values.mutants && { GANTRY_CRASH_MUTANTS: 'all' }),
      ...(values.strace && { GANTRY_CRASH_STRACE: 'all' })
    }
  }
)
child.on('exit', (code) => process.exit(code ?? 1))
