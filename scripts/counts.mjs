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

const playwrightSpecs = ({ suites }) => {
  const below = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(below)]
  return suites.flatMap(below)
}

const playwrightResults = ({ title, file, tests }, at) => ({
  name: `${file} › ${title}`,
  why: tests.flatMap((test) => test.results).at(at)?.error?.message
})

const playwrightFailures = (report) =>
  playwrightSpecs(report)
    .filter(({ ok }) => !ok)
    .map((spec) => playwrightResults(spec, -1))

const playwrightSecondTries = (report) =>
  playwrightSpecs(report)
    .filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
    .map((spec) => playwrightResults(spec, 0))

/** Vitest names a test that ran out of time by the place of its declaration only. */
const firstLines = (why = '') =>
  why
    .replace(/^Error: STACK_TRACE_ERROR/, 'It ran out of time (testTimeout).')
    .split('\n')
    .slice(0, 12)
    .join('\n')

const failuresOf = (path) => {
  if (!existsSync(path)) return []
  const report = JSON.parse(readFileSync(path, 'utf8'))
  return 'stats' in report ? playwrightFailures(report) : vitestFailures(report)
}

/** Which tests passed only at their second try, and why they failed at the first. */
const secondTriesOf = (path) => {
  if (!existsSync(path)) return []
  const report = JSON.parse(readFileSync(path, 'utf8'))
  return 'stats' in report ? playwrightSecondTries(report) : (report.secondTry ?? [])
}

/** What is printed at the end of a long output: the tests that failed, or did at first, and why. */
export const afterwords = (paths) => {
  const told = (sign, { name, why }) => `\n${sign} ${name}\n${firstLines(why)}`
  return [
    ...paths.flatMap(secondTriesOf).map((one) => told('↻ at the second try:', one)),
    ...paths.flatMap(failuresOf).map((one) => told('✗', one))
  ]
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
