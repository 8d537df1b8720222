/** `npm run bench`: builds what is stale, bundles the benchmark and runs it. Flags go to it: `--quick`, `--only NAME`. */
import { spawn } from 'node:child_process'
import { bundle } from './bundle.mjs'
import { buildIfStale } from './build-if-stale.mjs'

await buildIfStale()
const [run, driver, echo] = [
  await bundle('bench/run.ts'),
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
child.on('exit', (code) => process.exit(code ?? 1))
