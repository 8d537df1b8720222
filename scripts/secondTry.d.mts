/** Reports as vitest's JSON reporter writes them. */
export const withSecondTry: (
  first: object,
  second: object
) => {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  secondTry: { name: string; why: string }[]
}
