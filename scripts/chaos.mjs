/**
 * `npm run test:chaos -- [--minutes 2] [--seed 1] [--promotion] [--java]`: kills, freezes and cuts off nodes of a cluster under
 * load from stock clients and judges what is left. The same seed is the same schedule.
 */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale } from './build-if-stale.mjs'

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    promotion: { type: 'boolean', default: false },
    java: { type: 'boolean', default: false }
  }
})

const refuse = (flag, what) => {
  console.error(`--${flag} ${values[flag]}: ${what}`)
  process.exit(2)
}
if (!(Number(values.minutes) > 0)) refuse('minutes', 'a number above 0')
if (!/^\d{1,9}$/.test(values.seed)) refuse('seed', 'a whole number from 0')

await buildIfStale()
const child = spawn(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'chaos'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      GANTRY_CHAOS_MINUTES: values.minutes,
      GANTRY_CHAOS_SEED: values.seed,
      ...(values.promotion && { GANTRY_CHAOS_PROMOTION: '1' }),
      ...(values.java && { GANTRY_CHAOS_JAVA: '1' })
    }
  }
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
