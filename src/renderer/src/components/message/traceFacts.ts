/** What a line of a message's trace says, piece by piece, in the order shown. */
import type { TraceEventView } from '../../../../shared/traceViews'

export interface TraceWords {
  failed: string
  cost: (ms: number) => string
  retries: (n: number) => string
  level: (level: number) => string
  due: (at: number) => string
}

/** Who did it: group and client, where known. */
export const traceActor = ({ group, client }: TraceEventView): string =>
  [group, client].filter((part) => part !== undefined).join(' · ')

/** What it was about and what came of it. */
export const traceOutcome = (event: TraceEventView, words: TraceWords): string[] => {
  const { costMs, success, result, reconsumeTimes, delayLevel, dueAt } = event
  return [
    ...(result === undefined ? [] : [result]),
    ...(success === false ? [words.failed] : []),
    ...(costMs === undefined ? [] : [words.cost(costMs)]),
    ...(reconsumeTimes === undefined ? [] : [words.retries(reconsumeTimes)]),
    ...(delayLevel === undefined ? [] : [words.level(delayLevel)]),
    ...(dueAt === undefined ? [] : [words.due(dueAt)])
  ]
}

/** How the line's mark is coloured. */
export const traceTone = ({
  kind,
  success,
  result
}: TraceEventView): 'default' | 'success' | 'error' | 'warning' | 'info' => {
  if (success === false || kind === 'dead' || kind === 'unresolved') return 'error'
  if (kind === 'givenUp' || kind === 'rolledBack' || result === 'ROLLBACK_MESSAGE') return 'error'
  if (kind === 'givenBack' || kind === 'retry' || kind === 'rewound') return 'warning'
  if (kind === 'acknowledged' || kind === 'consumed') return 'success'
  return kind === 'delivered' || kind === 'stored' ? 'info' : 'default'
}
