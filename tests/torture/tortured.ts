/**
 * A store with known content, closed; then opened again and again on damaged copies of its files. Each time: what the
 * start says, what is lost, whether the judge agrees, whether it takes messages again and a further restart is quiet.
 */
import { ManualClock } from '../../src/main/base/clock'
import type { Disk } from '../../src/main/base/disk'
import { silentLog } from '../../src/main/base/log'
import { seededRandom } from '../../src/main/base/random'
import type { MessageStore, StoreReport } from '../../src/main/store/messageStore'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import { TRAILER_BYTES } from '../../src/main/store/recordCodec'
import { storeConfig, TestRegistry } from '../../src/main/store/storeRig'
import { History } from '../faults/history'
import { judge } from '../faults/judge'
import { placeOf } from '../faults/observation'
import { observeStore } from '../faults/observeStore'
import { SimulatedDisk } from '../faults/simulatedDisk'
import { StoreClient } from '../faults/storeClient'

export const STORE_FOLDER = '/store'
const TOPICS = ['A', 'B']
const QUEUES = [
  { topic: 'A', queueId: 0 },
  { topic: 'A', queueId: 1 },
  { topic: 'B', queueId: 0 }
]
const SEED = 1

export type Files = Map<string, Buffer>

/** Bytes of the log, by physical offset. */
export interface Range {
  from: number
  to: number
}

export interface KnownRecord extends Range {
  place: string
}

export interface KnownStore {
  /** Of a store that was closed; paths below `STORE_FOLDER`. */
  files: Files
  /** In log order. */
  records: readonly KnownRecord[]
  history: History
}

/** What one damaged copy came to. */
export interface Outcome {
  /** The sentence the start refused with. */
  refused?: string
  /** Kinds of reports of the start, sorted, each once. */
  atStart: string[]
  /** Kinds of reports while everything was read. */
  onRead: string[]
  lost: number
  /** What must not be: anything the judge saw, a report of another place, a second report, appending refused. */
  violations: string[]
}

const config = storeConfig({ mappedFileSizeCommitLog: 6_000, mappedFileSizeConsumeQueue: 400 })
const limits = {
  hotTailBytes: 0,
  arenaChunkBytes: 1_024,
  indexEntries: 60,
  indexLogBytes: 8_192,
  openFiles: 16
}

const open = async (
  disk: Disk,
  folder: string,
  reports: StoreReport[],
  registry: TestRegistry
): Promise<MessageStore> =>
  openMessageStore({
    ...{ disk, clock: new ManualClock(), log: silentLog, folder, config, limits, registry },
    onReport: (report) => reports.push(report)
  })

/** The ids of the known store's topics, as they were given. */
const knownRegistry = (): TestRegistry => {
  const registry = new TestRegistry()
  for (const topic of TOPICS) registry.resolve(topic)
  return registry
}

export const knownStore = async (): Promise<KnownStore> => {
  const disk = new SimulatedDisk()
  const random = seededRandom(SEED)
  const history = new History(() => 0)
  const store = await open(disk, STORE_FOLDER, [], knownRegistry())
  const client = new StoreClient(store, history, 'producer')
  for (let i = 0; i < 90; i++) {
    const fill = Buffer.alloc(random.int(100), 'x')
    await client.send({ ...QUEUES[i % 3]!, id: `m${i}`, keys: [`k${i}`], fill })
  }
  const records: KnownRecord[] = []
  for (const { topic, queueId } of QUEUES)
    for (const [offset, entry] of store.getConsumeQueueEntries(topic, queueId, 0, 1_000).entries())
      records.push({
        place: placeOf(topic, queueId, offset),
        from: entry.physicalOffset,
        to: entry.physicalOffset + entry.size + TRAILER_BYTES
      })
  await store.close()
  records.sort((a, b) => a.from - b.from)
  return { files: disk.files(), records, history }
}

const overlaps = (a: Range, b: Range): boolean => a.from < b.to && b.from < a.to

const kindsOf = (reports: readonly StoreReport[]): string[] =>
  [...new Set(reports.map(({ kind }) => kind))].sort()

/** Is the report about bytes that were touched, or about the hole they leave? */
const isAbout = (report: StoreReport, touched: readonly Range[]): boolean =>
  report.kind === 'queue-rebuilt' ||
  !('physicalOffset' in report) ||
  touched.some(({ from, to }) => {
    // What is left of a cut record ends where the cut is; a record's trailer is not counted.
    const end = report.physicalOffset + report.bytes + TRAILER_BYTES
    return report.physicalOffset < to && from < end
  })

/**
 * Opens `disk`, which holds a damaged copy of the known store.
 * @param foreign bytes that are told of although no record is there.
 * @param touched bytes of the log that are not what they were: only records on them may be lost.
 */
export const outcomeOf = async (
  known: KnownStore,
  disk: Disk,
  touched: readonly Range[],
  { foreign = [], folder = STORE_FOLDER }: { foreign?: readonly Range[]; folder?: string } = {}
): Promise<Outcome> => {
  const registry = knownRegistry()
  const reports: StoreReport[] = []
  const violations: string[] = []
  let store: MessageStore
  try {
    store = await open(disk, folder, reports, registry)
  } catch (error) {
    const refused = error instanceof Error ? error.message : String(error)
    if (refused.includes('\n')) violations.push('the refusal is not one sentence')
    return { refused, atStart: kindsOf(reports), onRead: [], lost: 0, violations }
  }
  const atStart = kindsOf(reports)
  const startReports = reports.splice(0)
  const mayBeLost = known.records.filter((record) => touched.some((r) => overlaps(r, record)))
  const damaged = new Set(mayBeLost.map(({ place }) => place))
  const history = new History(() => 0)
  history.events.push(...known.history.events)
  const look = async (name: string, opened: MessageStore): Promise<Set<string>> => {
    const observation = await observeStore(opened, {
      topics: TOPICS,
      queues: QUEUES,
      lookUpEvery: 9
    })
    const expectations = { seed: SEED, allowedLoss: { damaged }, index: 'as asked' as const }
    for (const { check, sentence } of judge(history.events, observation, expectations).violations)
      violations.push(`${name}: ${check}: ${sentence}`)
    return new Set(
      observation.queues.flatMap(({ topic, queueId, messages }) =>
        messages.map(({ offset }) => placeOf(topic, queueId, offset))
      )
    )
  }
  const readable = await look('first start', store)
  const lost = mayBeLost.filter(({ place }) => !readable.has(place)).length
  const readReports = reports.splice(0)
  for (const report of [...startReports, ...readReports])
    if (!isAbout(report, [...touched, ...foreign]))
      violations.push(`a report of nothing: ${JSON.stringify(report)}`)
  if (lost > 0 && [...startReports, ...readReports].every(({ kind }) => kind === 'queue-rebuilt'))
    violations.push(`${lost} lost and nobody told`)

  const client = new StoreClient(store, history, 'after')
  for (const queue of QUEUES) {
    const id = `after-${queue.topic}-${queue.queueId}`
    const { status } = await client.send({ ...queue, id })
    if (status !== 'PUT_OK') violations.push(`appending is answered ${status}`)
  }
  await store.close()
  reports.length = 0
  const again = await open(disk, folder, reports, registry)
  if (reports.length > 0) violations.push(`a second report: ${JSON.stringify(reports[0])}`)
  await look('second start', again)
  await again.close()
  return { atStart, onRead: kindsOf(readReports), lost, violations }
}
