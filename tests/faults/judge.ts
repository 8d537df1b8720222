/**
 * The one judge of all fault tests (reliability.md B0): compares what clients were told with what is there. Pure: it
 * reads a history and an observation, and says each violation in one sentence that names place and seed.
 */
import { CaseFile, type Expectations } from './caseFile'
import { checkBatches } from './checks/batches'
import { checkDuplicates } from './checks/duplicates'
import { checkIndex } from './checks/index'
import { checkLoss } from './checks/loss'
import { checkOffsets } from './checks/offsets'
import { checkOrder } from './checks/order'
import { checkPhantoms } from './checks/phantoms'
import { checkTimed } from './checks/timed'
import { checkTransactions } from './checks/transactions'
import type { HistoryEvent } from './history'
import type { Observation } from './observation'

export type { Expectations } from './caseFile'

const checks = {
  loss: checkLoss,
  phantom: checkPhantoms,
  order: checkOrder,
  duplicates: checkDuplicates,
  offsets: checkOffsets,
  transactions: checkTransactions,
  timed: checkTimed,
  index: checkIndex,
  batches: checkBatches
}

export type CheckName = keyof typeof checks

export interface Violation {
  check: CheckName
  sentence: string
}

export interface VerdictFigures {
  attempts: number
  acknowledged: number
  unknown: number
  readable: number
  received: number
  /** Acknowledged messages that are gone with the test's leave. */
  allowedLosses: number
  /** Second copies an unknown send explains. */
  explainedCopies: number
  /** Second deliveries a missing acknowledgement explains. */
  explainedDeliveries: number
  lookups: number
}

export interface Verdict {
  seed: number
  violations: readonly Violation[]
  figures: VerdictFigures
}

/** @throws Error when there is nothing to judge: a run without a verdict is a failed test. */
export const judge = (
  history: readonly HistoryEvent[],
  observation: Observation,
  expectations: Expectations
): Verdict => {
  const { seed } = expectations
  if (!history.some(({ kind }) => kind === 'attempt'))
    throw new Error(`seed ${seed}: no verdict, the history holds no attempt`)
  if (observation.queues.length === 0)
    throw new Error(`seed ${seed}: no verdict, no queue was observed`)
  const file = new CaseFile(history, observation, expectations)
  const violations: Violation[] = []
  for (const [name, check] of Object.entries(checks) as [CheckName, (f: CaseFile) => string[]][])
    for (const sentence of check(file))
      violations.push({ check: name, sentence: `${sentence} (seed ${seed})` })
  return { seed, violations, figures: { ...file.figures } }
}

/** @throws Error with the first violations, when there are any. */
export const assertKept = ({ seed, violations }: Verdict): void => {
  if (violations.length === 0) return
  const first = violations.slice(0, 10).map(({ check, sentence }) => `  ${check}: ${sentence}`)
  throw new Error(
    `seed ${seed}: ${violations.length} violations\n${first.join('\n')}${violations.length > 10 ? '\n  …' : ''}`
  )
}
