/** `npm run bench`: builds what is stale, bundles the benchmark and runs it. Flags go to it: `--quick`, `--only NAME`; `--peer --help` has its own. */
import { spawn } from 'node:child_process'
import { bundle } from './bundle.mjs'
import { buildIfStale } from './build-if-stale.mjs'

await buildIfStale()
const [run, driver, echo] = [
  await bundle(process.argv.includes('--peer') ? 'bench/peer.ts' : 'bench/run.ts'),
  await bundle('bench/driver.ts'),
  await bundle('bench/echo.ts')
]
const child = spawn(process.execPath, [run, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: {
    ...process.env,
    GANTRY_BENCH_DRIVER: driver,
    GANTRY_BENCH_ECHO: echo,
    GANTRY_BENCH_STORE: await bundle('bench/storeChild.ts')
  }
})
// Ctrl+C reaches the child as well, and it clears up; a signal to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
