/** `npm run test:soak -- [--minutes 30] [--seed 1]`: the built product under steady load, judged all the while. */
import { pathToFileURL } from 'node:url'
import { buildIfStale } from './build-if-stale.mjs'
import { bundle } from './bundle.mjs'

await buildIfStale()
await import(pathToFileURL(await bundle('tests/crash/soak.ts')))
