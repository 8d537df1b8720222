/** What failed in a tier runs once more: the counts are of the last try, and what passed then is told. */
import { expect, test } from 'vitest'
import { withSecondTry } from '../scripts/secondTry.mjs'

const result = (name: string, tests: Record<string, string>) => ({
  name,
  status: Object.values(tests).includes('failed') ? 'failed' : 'passed',
  message: '',
  assertionResults: Object.entries(tests).map(([fullName, status]) => ({
    fullName,
    status,
    failureMessages: status === 'failed' ? [`why ${fullName}`] : []
  }))
})

const report = (...testResults: object[]) => ({ numTotalTests: 9, testResults })

test('a test that passes the second time counts as passed and is told with its first reason', () => {
  const both = withSecondTry(
    report(result('a', { one: 'passed', two: 'failed' }), result('b', { three: 'passed' })),
    report(result('a', { one: 'passed', two: 'passed' }))
  )
  expect(both).toMatchObject({ numPassedTests: 3, numFailedTests: 0, numTotalTests: 9 })
  expect(both.secondTry).toEqual([{ name: 'a › two', why: 'why two' }])
})

test('a test that fails twice has failed, and one that fails only then too', () => {
  const both = withSecondTry(
    report(result('a', { one: 'passed', two: 'failed', left: 'skipped' })),
    report(result('a', { one: 'failed', two: 'failed', left: 'skipped' }))
  )
  expect(both).toMatchObject({ numPassedTests: 0, numFailedTests: 2, numPendingTests: 1 })
  expect(both.secondTry).toEqual([])
})

test('a file that could not be loaded at first is told', () => {
  const broken = { ...result('a', {}), status: 'failed', message: 'no such module' }
  const both = withSecondTry(report(broken), report(result('a', { one: 'passed' })))
  expect(both.secondTry).toEqual([{ name: 'a › ', why: 'no such module' }])
  expect(both).toMatchObject({ numPassedTests: 1, numFailedTests: 0 })
})
