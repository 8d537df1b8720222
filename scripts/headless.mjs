/** `npm run headless -- [flags]`: builds what is stale, then becomes the engine, so that signals and exit codes are its own. */
import { buildIfStale } from './build-if-stale.mjs'

await buildIfStale()
await import('../out/main/headless.js')
