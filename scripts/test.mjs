/** `npm test`: lint, types, build and every tier that needs nothing but Node and a browser; ends with one line of real counts. */
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { afterwords, clearReports, closingLine, countsOf, reportFile, total } from './counts.mjs'
import { runTier, spawned } from './vitestTier.mjs'

const root = resolve(import.meta.dirname, '..')
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const bin = (name, file) => join(root, 'node_modules', name, file)

const run = (command, args, options = {}) =>
  spawned(command, args, {
    ...options,
    shell: command === npm && process.platform === 'win32'
  })

const npmRun = (script) => ({
  name: script,
  run: (stdio) => run(npm, ['run', '--silent', script], { stdio })
})

const vitest = (project, options) => ({
  name: project,
  report: reportFile(project),
  run: (stdio) =>
    runTier(project, ['--project', project, '--reporter=default'], { ...options, stdio })
})

const e2e = {
  name: 'e2e',
  report: reportFile('e2e'),
  run: (stdio) =>
    run(process.execPath, [bin('@playwright/test', 'cli.js'), 'test', '--reporter=list,json'], {
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile('e2e') },
      stdio
    })
}

/** One line after the other; steps of a line run at once: one that computes beside those that mostly wait. */
const lines = [
  [npmRun('typecheck:node'), npmRun('typecheck:web')],
  [npmRun('build')],
  // Nothing of a unit test depends on the machine.
  [vitest('unit', { tries: 1 })],
  [vitest('cluster')],
  [vitest('crash'), vitest('torture'), vitest('clients')],
  [npmRun('lint:code'), npmRun('lint:format'), vitest('chaos'), vitest('grpc')],
  [e2e]
]
const steps = lines.flat()

/** The first says what it has to say at once, the others when they are done. */
const play = async (step, isFirst) => {
  const begin = performance.now()
  const file = join(root, '.cache', `${step.name.replace(':', '-')}.out`)
  const out = isFirst ? 'inherit' : openSync(file, 'w')
  const code = await step.run(isFirst ? 'inherit' : ['ignore', out, out])
  const seconds = Math.round((performance.now() - begin) / 1000)
  if (!isFirst) {
    closeSync(out)
    console.log(`\n— ${step.name}\n${readFileSync(file, 'utf8')}`)
    rmSync(file)
  }
  console.log(`— ${step.name}: ${code === 0 ? 'done' : 'failed'} after ${seconds} s`)
  return code
}

clearReports()
const failed = []
const counts = []
for (const line of lines) {
  console.log(`\n— ${line.map(({ name }) => name).join(', ')}`)
  const codes = await Promise.all(line.map((step, i) => play(step, i === 0)))
  for (const [i, step] of line.entries()) {
    const code = codes[i]
    const count = step.report && countsOf(step.report)
    if (count) counts.push(count)
    // A step that failed without a failed test (lint, a runner that broke) is a failure of its own.
    if (code !== 0) failed.push(step.name)
    if (code !== 0 && !(count && count.failed > 0)) counts.push({ passed: 0, failed: 1, skipped: 0 }) // prettier-ignore
  }
}

for (const words of afterwords(steps.flatMap(({ report }) => report ?? []))) console.log(words)
console.log(failed.length > 0 ? `\nfailed: ${failed.join(', ')}` : '')
console.log(closingLine(total(counts)))
process.exit(failed.length > 0 ? 1 : 0)
