import { expect, test } from 'vitest'
import { FolderInUseError } from './base/folderLock'
import { ProblemError } from './cluster/problem'
import { explainStart } from './explainStart'

test.each([
  ['a port', new ProblemError('PORT_IN_USE', {}, 'port 1 is in use'), 'port 1 is in use', 2],
  ['a node that crashed', new ProblemError('NODE_CRASHED', {}, 'it crashed'), 'it crashed', 1],
  [
    'a folder in use',
    new FolderInUseError('/d', { pid: 7, url: 'http://127.0.0.1:1/' }),
    /\/d is in use by another Gantry \(process 7, http:\/\/127\.0\.0\.1:1\/\).*--data/,
    2
  ],
  [
    'a folder that cannot be written',
    Object.assign(new Error('no'), { code: 'EACCES', path: '/d/installation' }),
    'cannot write /d/installation (EACCES); free it, or choose another folder with --data',
    2
  ],
  [
    'a console port that was taken meanwhile',
    Object.assign(new Error('no'), { code: 'EADDRINUSE', port: 8082 }),
    /port 8082 .*--console/,
    2
  ],
  ['a bug of two lines', new TypeError('x is\n  undefined'), 'cannot start: x is undefined', 1]
])('%s', (_name, error, line, exitCode) => {
  const explanation = explainStart(error)
  expect(explanation.line).toMatch(line)
  expect(explanation.line).not.toContain('\n')
  expect(explanation.exitCode).toBe(exitCode)
})
