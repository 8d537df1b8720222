/** Why the engine did not start, as the one line and the exit code scripts depend on. */
import { FolderInUseError } from './base/folderLock'
import { ProblemError } from './cluster/problem'
import { MetaVersionError } from './meta/errors'

/** The caller can cure it: a flag, a port, a folder. */
const EXIT_CURABLE = 2
const EXIT_BUG = 1

interface Explanation {
  line: string
  exitCode: number
}

const folderCodes: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC']

/** What a node could not foresee; no flag cures it. */
const bugs: readonly string[] = ['INTERNAL', 'NODE_CRASHED', 'TIMEOUT']

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim()

const explain = (error: unknown): Explanation => {
  if (
    error instanceof ProblemError ||
    error instanceof FolderInUseError ||
    error instanceof MetaVersionError
  ) {
    const isBug = error instanceof ProblemError && bugs.includes(error.code)
    return { line: error.message, exitCode: isBug ? EXIT_BUG : EXIT_CURABLE }
  }
  const { code, port, path } = (error ?? {}) as NodeJS.ErrnoException & { port?: number }
  const message = error instanceof Error ? error.message : String(error)
  if (code === 'EADDRINUSE' && port !== undefined) {
    const line = `port ${port} was taken a moment ago by another program; start again or choose another port with --console`
    return { line, exitCode: EXIT_CURABLE }
  }
  if (code !== undefined && folderCodes.includes(code)) {
    const place = path ?? 'the data folder'
    const line = `cannot write ${place} (${code}); free it, or choose another folder with --data`
    return { line, exitCode: EXIT_CURABLE }
  }
  return { line: `cannot start: ${message}`, exitCode: EXIT_BUG }
}

export const explainStart = (error: unknown): Explanation => {
  const { line, exitCode } = explain(error)
  return { line: oneLine(line), exitCode }
}
