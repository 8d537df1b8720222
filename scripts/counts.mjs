/** Real counts out of the runners' own JSON reports. `node scripts/counts.mjs` adds up what the last runs left. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = resolve(import.meta.dirname, '..', '.cache', 'counts')

export const reportFile = (name) => join(folder, `${name}.json`)

/** Before a run, so that yesterday's report is not counted as today's. */
export const clearReports = () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

const none = { passed: 0, failed: 0, skipped: 0 }

const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped
})

/** Vitest counts a file that could not be loaded as a failed suite without tests. */
const ofVitest = (report) => ({
  passed: report.numPassedTests,
  failed:
    report.numFailedTests +
    report.testResults.filter(({ status, assertionResults }) => {
      return status === 'failed' && !assertionResults.some((result) => result.status === 'failed')
    }).length,
  skipped: report.numPendingTests + report.numTodoTests
})

const ofPlaywright = ({ stats, errors }) => ({
  passed: stats.expected + stats.flaky,
  failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0),
  skipped: stats.skipped
})

/** Undefined where the runner left no report: it did not get that far. */
export const countsOf = (path) => {
  if (!existsSync(path)) return undefined
  const report = JSON.parse(readFileSync(path, 'utf8'))
  return 'stats' in report ? ofPlaywright(report) : ofVitest(report)
}

const vitestFailures = ({ testResults }) =>
  testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length > 0) return failed.map((test) => ({ name: `${name} › ${test.fullName}`, why: test.failureMessages[0] })) // prettier-ignore
    return message ? [{ name, why: message }] : []
  })

const playwrightFailures = ({ suites }) => {
  const below = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(below)]
  return suites.flatMap(below).filter(({ ok }) => !ok).map(({ title, file, tests }) => {
    const results = tests.flatMap((test) => test.results)
    return { name: `${file} › ${title}`, why: results.at(-1)?.error?.message }
  }) // prettier-ignore
}

/** Which tests failed and the first lines of why, for the end of a long output. */
export const failuresOf = (path) => {
  if (!existsSync(path)) return []
  const report = JSON.parse(readFileSync(path, 'utf8'))
  const failures = 'stats' in report ? playwrightFailures(report) : vitestFailures(report)
  return failures.map(({ name, why = '' }) => ({
    name,
    why: why.split('\n').slice(0, 12).join('\n')
  }))
}

export const total = (counts) => counts.reduce(add, none)

export const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : '')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = existsSync(folder) ? readdirSync(folder).sort() : []
  const counts = total(files.map((name) => countsOf(join(folder, name))))
  console.log(closingLine(counts))
  process.exit(counts.failed > 0 || files.length === 0 ? 1 : 0)
}
