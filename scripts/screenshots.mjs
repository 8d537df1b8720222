/** `npm run screenshots`: the pictures of the README, taken of the running product with real clients sending. */
import { spawn } from 'node:child_process'
import { bundle } from './bundle.mjs'
import { buildIfStale } from './build-if-stale.mjs'

await buildIfStale()
const run = await bundle('e2e/screenshots.ts')
const child = spawn(process.execPath, [run, ...process.argv.slice(2)], { stdio: 'inherit' })
child.on('exit', (code) => process.exit(code ?? 1))
