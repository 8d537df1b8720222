/** The report of a tier whose failed files ran once more. */

const testsOf = (results) => results.flatMap((result) => result.assertionResults)

const failuresOf = ({ assertionResults, message, status }) => {
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length > 0) return failed.map((test) => ({ name: test.fullName, why: test.failureMessages[0] ?? '' })) // prettier-ignore
  return status === 'failed' ? [{ name: '', why: message ?? '' }] : []
}

/** `first` with the results of `second` in the place of those of the same files, and what failed only the first time. */
export const withSecondTry = (first, second) => {
  const byName = new Map(second.testResults.map((result) => [result.name, result]))
  const testResults = first.testResults.map((result) => byName.get(result.name) ?? result)
  const secondTry = first.testResults.flatMap((result) => {
    const again = byName.get(result.name)
    if (!again) return []
    const stillFailed = new Set(failuresOf(again).map(({ name }) => name))
    return failuresOf(result)
      .filter(({ name }) => !stillFailed.has(name))
      .map(({ name, why }) => ({ name: `${result.name} › ${name}`, why }))
  })
  const count = (...statuses) =>
    testsOf(testResults).filter(({ status }) => statuses.includes(status)).length
  return {
    ...first,
    testResults,
    secondTry,
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending', 'skipped'),
    numTodoTests: count('todo')
  }
}
