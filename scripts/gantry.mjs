/** `npm run gantry -- VERB …`: builds what is stale, then becomes the command line. */
import { buildIfStale } from './build-if-stale.mjs'

await buildIfStale()
await import('../out/main/cli.js')
