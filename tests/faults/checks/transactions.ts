/** 6. Transactions: half messages are invisible, rolled back ones stay so, committed ones are there exactly once. */
import type { CaseFile, Tracked } from '../caseFile'

const judgeOne = (file: CaseFile, message: Tracked): string | undefined => {
  const { id, sends, copies, resolutions, isEnded } = message
  const received = file.receives.find((receive) => receive.id === id)
  const seen =
    copies[0]?.place ?? (received && `${received.topic}@${received.queueId}#${received.offset}`)
  if (seen !== undefined && resolutions.size === 0)
    return `${seen}: the half message ${id} is visible and nobody ended its transaction`
  if (seen !== undefined && !resolutions.has('commit'))
    return `${seen}: ${id} was rolled back and is visible`
  if (copies.length > 1)
    return `${copies[1]!.place}: the transaction message ${id} is there ${copies.length} times`
  const isDue = isEnded && resolutions.has('commit') && !resolutions.has('rollback')
  if (isDue && copies.length === 0 && !sends.some((send) => file.mayBeDeleted(send)))
    return `${sends[0]!.topic}@${sends[0]!.queueId}: the transaction of ${id} was committed and it is not there`
  return undefined
}

export const checkTransactions = (file: CaseFile): string[] =>
  [...file.tracked.values()]
    .filter(({ sends }) => sends[0]!.transaction === true)
    .map((message) => judgeOne(file, message))
    .filter((found) => found !== undefined)
