/**
 * A fixed script over a broker's store and metadata: two starts, sends to several queues with new segments, queue files,
 * index tables and checkpoints, a deletion, offsets, two stops. Each call it makes to the disk can be made to fail.
 */
import { ManualClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { seededRandom } from '../../src/main/base/random'
import { plainTopicConfig, TopicTable } from '../../src/main/broker/topicTable'
import { consumerOffsetKey, openBrokerMeta, type BrokerMeta } from '../../src/main/meta/brokerMeta'
import type { MessageStore } from '../../src/main/store/messageStore'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import { storeConfig, type ConfigDraft } from '../../src/main/store/storeRig'
import { History } from '../faults/history'
import { judge, type Expectations } from '../faults/judge'
import { placeOf, type Observation } from '../faults/observation'
import { observeStore } from '../faults/observeStore'
import { SimulatedDisk, type DiskCall, type PlayedFault } from '../faults/simulatedDisk'
import { mountNedb, unmountNedb } from '../faults/simulatedDiskNedb'
import { StoreClient } from '../faults/storeClient'

const TOPICS = ['A', 'B', 'D']
const SEED = 1

const limits = {
  checkpointIntervalMs: 5_000,
  hotTailBytes: 2_048,
  arenaChunkBytes: 1_024,
  openFiles: 4,
  consumeQueuePages: 3,
  indexEntries: 24,
  indexLogBytes: 4_096
}

interface Broker {
  meta: BrokerMeta
  table: TopicTable
  store: MessageStore
}

/** When and how calls fail, and what happens to the process in the end. */
export interface FaultPlan {
  flushDiskType: ConfigDraft['flushDiskType']
  fault: (call: DiskCall, index: number) => PlayedFault | undefined
  end: 'kill' | 'power cut'
}

export interface FaultVerdict {
  /** Every call that was made, in order. */
  calls: DiskCall[]
  violations: string[]
  acknowledged: number
  refused: number
  failedStarts: number
}

let scripts = 0

export const runFaultScript = async (plan: FaultPlan): Promise<FaultVerdict> => {
  const script = new FaultScript(plan)
  await script.run()
  return script.verdict
}

class FaultScript {
  readonly verdict: FaultVerdict = {
    ...{ calls: [], violations: [] },
    ...{ acknowledged: 0, refused: 0, failedStarts: 0 }
  }
  private readonly folder = `/faults-${scripts++}/broker`
  private readonly disk = new SimulatedDisk({ random: seededRandom(SEED) })
  private readonly config: ConfigDraft
  private clock = new ManualClock()
  private time = 0
  private readonly history = new History(() => this.time++)
  private ids = 0
  private offset: { acknowledged: number; pending: number[] } = { acknowledged: -1, pending: [] }
  /** A flush of the log failed in this life: nothing may be acknowledged in it any more. */
  private hasFlushFailed = false
  private hasFlushEverFailed = false

  constructor(private readonly plan: FaultPlan) {
    this.config = storeConfig({
      mappedFileSizeCommitLog: 2_000,
      mappedFileSizeConsumeQueue: 200,
      flushDiskType: plan.flushDiskType
    })
    this.disk.fault = (call, index) => {
      this.verdict.calls.push(call)
      const fault = plan.fault(call, index)
      // A new segment's header is written beside and put in place whole, or not at all: that is no flush of the log.
      const isLog = call.path.includes('/commitlog/') && !call.path.endsWith('.tmp')
      if (fault && call.operation === 'datasync' && isLog)
        this.hasFlushFailed = this.hasFlushEverFailed = true
      return fault
    }
    mountNedb(this.folder, this.disk)
  }

  async run(): Promise<void> {
    try {
      await this.life(0)
      await this.life(1)
      this.disk.fault = () => undefined
      if (this.plan.end === 'kill') this.disk.restart()
      else this.disk.cut()
      this.hasFlushFailed = false
      const broker = await this.open()
      if (broker === undefined) throw new Error('a healthy disk, and the store does not open')
      await this.judge(broker, 'in the end')
      await this.send(broker, 'B', 0)
      await this.close(broker)
    } finally {
      unmountNedb(this.folder)
    }
  }

  private async life(number: number): Promise<void> {
    this.hasFlushFailed = false
    this.clock = new ManualClock(this.clock.now())
    const broker = (await this.open()) ?? (await this.open())
    if (broker === undefined) return
    const { table, clock } = { ...broker, clock: this.clock }
    for (const topic of ['A', 'B', ...(number === 0 ? ['D'] : [])])
      await this.attempt(`making ${topic}`, () => table.put(plainTopicConfig(topic, 2)))
    for (let round = 0; round < 4; round++) {
      await Promise.all([0, 1, 2, 3].map((i) => this.send(broker, TOPICS[i % 3]!, i % 2)))
      await this.sendBatch(broker)
      if (round === 1) await this.commitOffset(broker.meta, number * 10 + round)
      if (round === 2) {
        clock.advance(5_000)
        await this.turns(6)
      }
    }
    if (number === 0) await this.deleteTopic(broker, 'D')
    await this.readOn(broker)
    clock.advance(500)
    await this.turns(3)
    await this.close(broker)
  }

  /** Undefined when it could not be opened, which is told in one sentence and leaves nothing open. */
  private async open(): Promise<Broker | undefined> {
    const { disk, clock, folder, config, verdict } = this
    let meta: BrokerMeta | undefined
    try {
      disk.mkdirp(`${folder}/store`)
      meta = await openBrokerMeta({
        ...{ disk, clock, log: silentLog, folder: `${folder}/meta` },
        onReport: () => undefined
      })
      const table = new TopicTable({ meta, onAdopted: () => undefined })
      await table.finishDeletions()
      const store = await openMessageStore({
        ...{ disk, clock, log: silentLog, folder: `${folder}/store`, config, limits },
        registry: table,
        onReport: () => undefined
      })
      try {
        await table.endRecovery(() => store.endOfLog(), store.stats.minPhysicalOffset)
      } catch (error) {
        await store.close()
        throw error
      }
      return { meta, table, store }
    } catch (error) {
      await meta?.close()
      verdict.failedStarts++
      const sentence = error instanceof Error ? error.message : String(error)
      if (sentence === '' || sentence.includes('\n'))
        verdict.violations.push(`a start failed without a sentence: ${sentence}`)
      return undefined
    }
  }

  private async send({ store, table }: Broker, topic: string, queueId: number): Promise<void> {
    // As `SendCheck` does: a topic that could not be made takes no message.
    if (table.get(topic) === undefined) return
    const id = `m${this.ids++}`
    const hadFailed = this.hasFlushFailed
    const client = new StoreClient(store, this.history, `${topic}-${queueId}`)
    const fill = Buffer.alloc(120, 'x')
    const { status } = await client.send({ topic, queueId, id, keys: [id], fill })
    this.note(status, hadFailed)
  }

  private async sendBatch({ store, table }: Broker): Promise<void> {
    if (table.get('A') === undefined) return
    const ids = [0, 1, 2].map(() => `m${this.ids++}`)
    const hadFailed = this.hasFlushFailed
    const client = new StoreClient(store, this.history, 'A-0')
    const drafts = ids.map((id) => ({ topic: 'A', queueId: 0, id, keys: [id] }))
    const { status } = await client.sendBatch(`batch ${ids[0]}`, drafts)
    this.note(status, hadFailed)
  }

  private note(status: string, hadFlushFailed: boolean): void {
    if (status !== 'PUT_OK') this.verdict.refused++
    else {
      this.verdict.acknowledged++
      if (hadFlushFailed) this.verdict.violations.push('acknowledged after a failed flush')
    }
  }

  private async commitOffset(meta: BrokerMeta, value: number): Promise<void> {
    this.offset.pending.push(value)
    const doc = { group: 'G', topic: 'A', offsets: [[0, value] as [number, number]] }
    if (await this.attempt('', () => meta.consumerOffsets.put(consumerOffsetKey('A', 'G'), doc)))
      this.offset = { acknowledged: value, pending: [] }
  }

  private async deleteTopic({ table, store }: Broker, topic: string): Promise<void> {
    this.history.record({ kind: 'delete-topic', client: 'admin', topic })
    const isDone = await this.attempt('', async () => {
      if (!(await table.remove(topic))) throw new Error('there is no such topic')
      store.deleteTopic(topic)
    })
    if (isDone) this.history.record({ kind: 'topic-deleted', client: 'admin', topic })
  }

  /** While the disk fails, what was acknowledged is still served; unless reading is what fails. */
  private async readOn(broker: Broker): Promise<void> {
    const looks = new Set(['read', 'open', 'list', 'size', 'readFile'])
    const before = this.verdict.calls.length
    const fault = this.disk.fault
    let isReadingFailing = false
    this.disk.fault = (call, index) => {
      const played = fault(call, index)
      if (played && looks.has(call.operation)) isReadingFailing = true
      return played
    }
    const { violations } = this.verdict
    const count = violations.length
    await this.judge(broker, 'while it runs')
    if (isReadingFailing) violations.length = count
    this.disk.fault = fault
    if (this.verdict.calls.length < before) throw new Error('calls are counted')
  }

  private async judge({ store, meta, table }: Broker, when: string): Promise<void> {
    const { history, verdict, offset } = this
    if (!history.events.some(({ kind }) => kind === 'attempt')) return
    const topics = TOPICS.filter((topic) => table.get(topic) !== undefined || topic !== 'D')
    const queues = topics.flatMap((topic) => [0, 1].map((queueId) => ({ topic, queueId })))
    const observation = await observeStore(store, { topics, queues, lookUpEvery: when === 'in the end' ? 1 : 0 }) // prettier-ignore
    const isCutAfterFailedFlush = this.hasFlushEverFailed && this.plan.end === 'power cut'
    const damaged = isCutAfterFailedFlush
      ? this.unacknowledgedHoles(observation)
      : new Set<string>()
    const expectations: Expectations = {
      ...{ seed: SEED, allowedLoss: { damaged }, index: 'as asked' },
      batches: isCutAfterFailedFlush ? 'torn' : 'atomic'
    }
    for (const { check, sentence } of judge(history.events, observation, expectations).violations)
      verdict.violations.push(`${when}: ${check}: ${sentence}`)
    const kept = meta.consumerOffsets.get(consumerOffsetKey('A', 'G'))?.offsets[0]?.[1] ?? -1
    if (kept !== offset.acknowledged && !offset.pending.includes(kept))
      verdict.violations.push(`${when}: offset ${kept}, acknowledged was ${offset.acknowledged}`)
  }

  /** What a failed flush left in the cache only was never acknowledged; a later power cut takes it. */
  private unacknowledgedHoles({ queues }: Observation): Set<string> {
    const holes = new Set<string>()
    for (const { topic, queueId, maxOffset, messages } of queues) {
      for (let offset = 0; offset < maxOffset; offset++) holes.add(placeOf(topic, queueId, offset))
      for (const { offset } of messages) holes.delete(placeOf(topic, queueId, offset))
    }
    const places = new Map<string, string>()
    for (const event of this.history.events)
      if (event.kind === 'attempt') places.set(event.id, `${event.topic} ${event.queueId}`)
      else if (event.kind === 'ack') {
        const [topic = '', queueId] = places.get(event.id)!.split(' ')
        holes.delete(placeOf(topic, Number(queueId), event.offset))
      }
    return holes
  }

  /** True when it was done. */
  private async attempt(_what: string, action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action()
      return true
    } catch {
      // Told to whoever asked; what became of it is judged in the end.
      return false
    }
  }

  private async close({ store, meta }: Broker): Promise<void> {
    await this.attempt('', () => store.close())
    await this.attempt('', () => meta.close())
  }

  private async turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
