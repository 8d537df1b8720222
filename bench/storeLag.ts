/** A producer and a tail reader, alone and beside a group that reads an old backlog. */
import { median } from './histogram'
import type { JobResult } from './jobs'
import { drive } from './processes'
import { pause, runJob, startBroker } from './storeBroker'
import type { LoadResult } from './storeJobs'
import { BODY_BYTES, LARGE_PREFIX, QUEUES, ROOMY, verdict, type StorePlan } from './storePlan'
import { millis, perSecond, printTable, times } from './table'
import { createTopic } from './topic'

const RATE_GOAL = 0.8
const P99_GOAL = 2
const WARMUP_SECONDS = 1

interface Round {
  sends: LoadResult
  tail: LoadResult
}

export const storeLag = async (plan: StorePlan): Promise<void> => {
  const { data, messages } = await plan.fill()
  const broker = await startBroker(data, ...ROOMY)
  const port = broker.brokerPort
  await createTopic(port, 'BenchLag0000', QUEUES)
  await createTopic(port, 'BenchTail', 1)
  const { seconds } = plan
  const both = async (): Promise<Round> => {
    const [sends, tail] = await Promise.all([
      runJob<LoadResult>({
        ...{ kind: 'send', port, prefix: 'BenchLag', topics: 1, queues: QUEUES, connections: 1 },
        ...{ inFlight: 32, bodyBytes: BODY_BYTES, warmupSeconds: WARMUP_SECONDS, seconds }
      }),
      runJob<LoadResult>({
        ...{ kind: 'tail', port, topic: 'BenchTail', everyMs: 10, bodyBytes: BODY_BYTES },
        seconds: WARMUP_SECONDS + seconds
      })
    ])
    return { sends, tail }
  }
  const alone: Round[] = []
  const beside: Round[] = []
  const readers: JobResult[] = []
  for (let round = 0; round < plan.rounds; round++) {
    alone.push(await both())
    const reading = drive({
      ...{ kind: 'pull', port, topic: `${LARGE_PREFIX}0000`, queues: QUEUES, connections: 1 },
      ...{ inFlight: 1, bodyBytes: 0, warmupSeconds: 0, seconds: WARMUP_SECONDS + seconds + 1 }
    })
    await pause(300)
    beside.push(await both())
    readers.push(await reading)
  }
  const reading = drive({
    ...{ kind: 'pull', port, topic: `${LARGE_PREFIX}0000`, queues: QUEUES, connections: 1 },
    ...{ inFlight: 1, bodyBytes: 0, warmupSeconds: 0, seconds: seconds + 1 }
  })
  const readerAlone = await reading
  await broker.stop()

  const ratio = (pick: (round: Round) => number): number =>
    median(beside.map((round, i) => pick(round) / pick(alone[i]!)))
  const middle = (rounds: readonly Round[], pick: (round: Round) => number): number =>
    median(rounds.map(pick))
  const row = (
    name: string,
    pick: (round: Round) => number,
    show: (value: number) => string,
    goal: string,
    isReached: (ratio: number) => boolean
  ): string[] => [
    name,
    show(middle(alone, pick)),
    show(middle(beside, pick)),
    times(ratio(pick)),
    goal,
    goal === '' ? '' : verdict(isReached(ratio(pick)))
  ]
  const never = (): boolean => false
  printTable(
    `1 × 32 sends of ${BODY_BYTES} B and a tail reader, beside a group reading back ${messages.toLocaleString('en-US')} messages`,
    ['figure', 'alone', 'beside', 'ratio', 'goal', ''],
    [
      row(
        'sends/s',
        (r) => r.sends.rate,
        perSecond,
        `≥ ${RATE_GOAL}`,
        (q) => q >= RATE_GOAL
      ),
      row('send p50 ms', (r) => r.sends.p50, millis, '', never),
      row(
        'send p99 ms',
        (r) => r.sends.p99,
        millis,
        `≤ ${P99_GOAL}`,
        (q) => q <= P99_GOAL
      ),
      row('send to tail reader p50 ms', (r) => r.tail.p50, millis, '', never),
      row('send to tail reader p99 ms', (r) => r.tail.p99, millis, `≤ ${P99_GOAL}`, (q) => q <= P99_GOAL), // prettier-ignore
      [
        'backlog reader, messages/s',
        `${perSecond(readerAlone.rate)} (nobody sends)`,
        perSecond(median(readers.map((r) => r.rate))),
        times(median(readers.map((r) => r.rate)) / readerAlone.rate),
        '',
        ''
      ],
      [
        'failed, or not delivered',
        String(alone.reduce((sum, r) => sum + r.sends.failed + r.tail.failed, 0)),
        String(beside.reduce((sum, r) => sum + r.sends.failed + r.tail.failed, 0)),
        '',
        '',
        ''
      ]
    ]
  )
}
