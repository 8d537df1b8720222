/**
 * One tier of vitest with its report. Tests over real sockets and JVMs meet a busy machine now and then: the files that
 * failed run once more, alone. What failed twice failed; what passed then is told at the end, with why it failed first.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { reportFile } from './counts.mjs'
import { withSecondTry } from './secondTry.mjs'

const root = resolve(import.meta.dirname, '..')

/** More files than this did not fail by chance. */
export const MAX_FILES_TRIED_AGAIN = 3

export const spawned = (command, args, options = {}) =>
  new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', () => done(1))
    child.on('exit', (code) => done(code ?? 1))
  })

const vitest = (args, report, stdio) =>
  spawned(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      ...['run', ...args, '--reporter=json', `--outputFile.json=${report}`]
    ],
    { stdio }
  )

const reportAt = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined)

/** The exit code; the report lies at `reportFile(name)`. With one try, what failed failed. */
export const runTier = async (name, args, { files = [], tries = 2, stdio = 'inherit' } = {}) => {
  const report = reportFile(name)
  const code = await vitest([...args, ...files], report, stdio)
  if (tries === 1) return code
  const first = reportAt(report)
  const failed = (first?.testResults ?? []).filter(({ status }) => status === 'failed')
  if (code === 0 || failed.length === 0 || failed.length > MAX_FILES_TRIED_AGAIN) return code

  const names = failed.map((file) => file.name)
  console.log(`\n— ${name}: once more, alone\n${names.join('\n')}`)
  const again = `${report}.again`
  const secondCode = await vitest([...args, '--no-file-parallelism', ...names], again, stdio)
  const second = reportAt(again)
  rmSync(again, { force: true })
  if (!second) return code
  writeFileSync(`${report}.both`, JSON.stringify(withSecondTry(first, second)))
  renameSync(`${report}.both`, report)
  return secondCode
}
