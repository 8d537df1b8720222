/** `npm run test:compat [-- FILE …] [-t NAME]`: official Java clients and mqadmin; see docs/TESTING.md. */
import { afterwords, closingLine, countsOf, reportFile } from './counts.mjs'
import { runTier } from './vitestTier.mjs'

const code = await runTier(
  'compat',
  ['--config', 'tests/compat/vitest.config.ts', '--reporter=verbose'],
  { files: process.argv.slice(2) }
)
for (const words of afterwords([reportFile('compat')])) console.log(words)
const counts = countsOf(reportFile('compat'))
if (counts) console.log(closingLine(counts))
process.exit(code)
