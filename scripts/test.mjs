/** `npm test`: lint, types, build and every tier that needs nothing but Node and a browser; ends with one line of real counts. */
import { join, resolve } from 'node:path'
import { afterwords, clearReports, closingLine, countsOf, reportFile, total } from './counts.mjs'
import { runTier, spawned } from './vitestTier.mjs'

const root = resolve(import.meta.dirname, '..')
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const bin = (name, file) => join(root, 'node_modules', name, file)

const run = (command, args, env = {}) =>
  spawned(command, args, {
    env: { ...process.env, ...env },
    shell: command === npm && process.platform === 'win32'
  })

const npmRun = (script) => ({ name: script, run: () => run(npm, ['run', '--silent', script]) })

/** One project after the other: crash tests and clients want the machine for themselves. */
const vitest = (project, options) => ({
  name: project,
  report: reportFile(project),
  run: () => runTier(project, ['--project', project, '--reporter=default'], options)
})

const e2e = {
  name: 'e2e',
  report: reportFile('e2e'),
  run: () =>
    run(process.execPath, [bin('@playwright/test', 'cli.js'), 'test', '--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile('e2e')
    })
}

const steps = [
  npmRun('lint'),
  npmRun('typecheck'),
  npmRun('build'),
  // Nothing of a unit test depends on the machine.
  vitest('unit', { tries: 1 }),
  vitest('cluster'),
  vitest('crash'),
  vitest('torture'),
  vitest('chaos'),
  vitest('clients'),
  vitest('grpc'),
  e2e
]

clearReports()
const failed = []
const counts = []
for (const step of steps) {
  console.log(`\n— ${step.name}`)
  const code = await step.run()
  const count = step.report && countsOf(step.report)
  if (count) counts.push(count)
  // A step that failed without a failed test (lint, a runner that broke) is a failure of its own.
  if (code !== 0) failed.push(step.name)
  if (code !== 0 && !(count && count.failed > 0)) counts.push({ passed: 0, failed: 1, skipped: 0 })
}

for (const words of afterwords(steps.flatMap(({ report }) => report ?? []))) console.log(words)
console.log(failed.length > 0 ? `\nfailed: ${failed.join(', ')}` : '')
console.log(closingLine(total(counts)))
process.exit(failed.length > 0 ? 1 : 0)
