/**
 * A broker's store and metadata on a simulated disk, a workload that follows from a seed, and what must be there after
 * each power cut or kill. Opened as `startBroker` opens them, without sockets.
 */
import { ManualClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { seededRandom, type Random } from '../../src/main/base/random'
import { plainTopicConfig, TopicTable } from '../../src/main/broker/topicTable'
import { openBrokerMeta, type BrokerMeta } from '../../src/main/meta/brokerMeta'
import type { MessageInner } from '../../src/main/protocol/message/messageCodec'
import { formatProperties } from '../../src/main/protocol/message/properties'
import type { MessageStore, PutMessageResult, StoreReport } from '../../src/main/store/messageStore'
import { openMessageStore } from '../../src/main/store/openMessageStore'
import { message, storeConfig, type ConfigDraft } from '../../src/main/store/storeRig'
import { bodyWithId, hashOf, History } from '../faults/history'
import { judge } from '../faults/judge'
import { observeStore } from '../faults/observeStore'
import { SimulatedDisk } from '../faults/simulatedDisk'
import { mountNedb, unmountNedb } from '../faults/simulatedDiskNedb'
import { OffsetBook } from './offsetBook'
import { holesOf, limits, type Attempt, type Tally } from './powerCutTally'

const TOPICS = ['Order', 'order', '__proto__', 'T3', 'T4']
const QUEUES = 3

let worlds = 0

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setImmediate(resolve))
}

export class PowerCutWorld {
  readonly violations: string[] = []
  readonly disk: SimulatedDisk
  private readonly random: Random
  private readonly folder = `/simulated-${worlds++}/broker`
  private readonly config: ConfigDraft
  private readonly attempts = new Map<string, Attempt>()
  private readonly incarnations = new Map<string, number>()
  /** Topics of which a creation or removal is under way. */
  private readonly unsettledTopics = new Set<string>()
  private readonly liveTopics = new Set<string>()
  private readonly offsets = new OffsetBook()
  private readonly knownHoles: { from: number; to: number }[] = []
  private readonly reports: StoreReport[] = []
  private readonly pending = new Set<Promise<unknown>>()
  private clock = new ManualClock()
  private sequence = 0
  private switches = 0
  /** Of the log, at the last power cut. */
  private flushedEnd = 0
  private isAfterCut = false
  private meta: BrokerMeta | undefined
  private table: TopicTable | undefined
  private store: MessageStore | undefined

  constructor(
    readonly seed: number,
    private readonly tally: Tally,
    adjust: (disk: SimulatedDisk) => void = () => undefined
  ) {
    this.random = seededRandom(seed)
    const writebackOneIn = [0, 3, 20][this.random.int(3)]!
    this.disk = new SimulatedDisk({ random: this.random, writebackOneIn })
    adjust(this.disk)
    this.config = storeConfig({
      mappedFileSizeCommitLog: 1_500 + this.random.int(6_000),
      mappedFileSizeConsumeQueue: 200 + this.random.int(2_000),
      flushIntervalCommitLog: 500,
      flushDiskType: this.random.int(3) === 0 ? 'ASYNC_FLUSH' : 'SYNC_FLUSH'
    })
    mountNedb(this.folder, this.disk)
  }

  /** Some lives of a broker, each ended by a cut, a kill or a close. */
  async run(): Promise<void> {
    const { random } = this
    const lives = 3 + random.int(4)
    for (let life = 0; life < lives && this.violations.length === 0; life++) {
      await this.start()
      await this.judge()
      if (this.violations.length > 0) break
      await this.live()
    }
    if (this.violations.length === 0) {
      await this.start()
      await this.judge()
    }
    await this.end()
    unmountNedb(this.folder)
  }

  /** Opens; the power may go meanwhile, several times. */
  private async start(): Promise<void> {
    for (let tries = 0; ; tries++) {
      if (tries < 4 && this.random.int(4) === 0)
        this.disk.cutAt = this.disk.calls + this.random.int(60)
      try {
        await this.open()
        this.disk.cutAt = Infinity
        return
      } catch (error) {
        if (!this.disk.isCut) {
          this.violations.push(`the start failed: ${String(error)}`)
          throw error
        }
        this.tally.cutsDuringStart++
        await this.afterCut()
      }
    }
  }

  private async open(): Promise<void> {
    const { disk, clock, folder, config } = this
    this.reports.length = 0
    disk.mkdirp(`${folder}/store`)
    const meta = await openBrokerMeta({
      ...{ disk, clock, log: silentLog, folder: `${folder}/meta` },
      onReport: () => undefined
    })
    this.meta = meta
    const table = new TopicTable({ meta, onAdopted: () => undefined })
    await table.finishDeletions()
    const store = await openMessageStore({
      ...{ disk, clock, log: silentLog, folder: `${folder}/store`, config, limits },
      registry: table,
      onReport: (report) => this.reports.push(report)
    })
    await table.endRecovery(() => store.endOfLog(), store.stats.minPhysicalOffset)
    this.table = table
    this.store = store
  }

  private async live(): Promise<void> {
    const { random, disk } = this
    const end = random.int(8)
    if (end > 2) disk.cutAt = disk.calls + random.int([20, 100, 400][random.int(3)]!)
    const steps = 5 + random.int(60)
    for (let step = 0; step < steps && !disk.isCut; step++) await this.step()
    if (end > 2) {
      // What was not reached by the count is cut now.
      disk.isCut = true
      this.tally.cuts++
      await this.afterCut()
    } else if (end > 0) {
      await this.settle()
      await this.close()
      this.tally.closes++
    } else {
      this.tally.kills++
      // Its descriptors are gone: whatever it still wanted to do fails.
      disk.restart()
      await this.forgetProcess()
    }
  }

  private async step(): Promise<void> {
    const { random, clock } = this
    switch (random.int(14)) {
      case 0:
        clock.advance(500)
        return turns(2)
      case 1:
        clock.advance(5_000)
        return turns(random.int(8))
      case 2:
        return this.settle()
      case 3:
        if (random.int(4) === 0) {
          this.config.flushDiskType =
            this.config.flushDiskType === 'SYNC_FLUSH' ? 'ASYNC_FLUSH' : 'SYNC_FLUSH'
          this.switches++
        }
        return
      case 4:
        return this.changeTopics()
      case 5:
        return this.commitOffsets()
      default:
        for (let i = random.int(6); i >= 0; i--) this.send()
        return turns(random.int(3))
    }
  }

  private send(): void {
    const { random } = this
    const topic = TOPICS[random.int(TOPICS.length)]!
    if (!this.liveTopics.has(topic) || this.unsettledTopics.has(topic)) return
    const queueId = random.int(QUEUES)
    const count = random.int(6) === 0 ? 2 + random.int(4) : 1
    const incarnation = this.incarnationOf(topic)
    const attempts = Array.from({ length: count }, (): Attempt => {
      const id = `m${this.sequence++}`
      const bytes = random.int(random.int(5) === 0 ? 900 : 60)
      const body = bodyWithId(id, Buffer.alloc(bytes, `${topic}@${queueId} `))
      return {
        ...{ id, topic, incarnation, queueId, body, state: 'unknown', isRequired: false },
        ...{ queueOffset: -1, physicalOffset: -1 }
      }
    })
    const messages = attempts.map(({ id, body }): MessageInner => {
      const properties = formatProperties([['KEYS', id]])
      return message(topic, body, { queueId, properties })
    })
    for (const attempt of attempts) this.attempts.set(attempt.id, attempt)
    const { switches } = this
    const isSync = this.config.flushDiskType === 'SYNC_FLUSH'
    const { store } = this
    const put = count === 1 ? store!.putMessage(messages[0]!) : store!.putMessages(messages)
    this.follow(
      put.then((result) => {
        if (this.disk.isCut || this.store !== store) return
        this.note(attempts, result, isSync && switches === this.switches)
      })
    )
  }

  private note(attempts: readonly Attempt[], result: PutMessageResult, isFlushed: boolean): void {
    if ('reason' in result) {
      for (const attempt of attempts) attempt.state = 'failed'
      this.violations.push(`a healthy disk, and a send is refused: ${result.reason}`)
      return
    }
    attempts.forEach((attempt, i) => {
      attempt.state = 'acknowledged'
      attempt.queueOffset = result.queueOffset + i
      attempt.physicalOffset = result.physicalOffsets[i]!
      this.tally.acknowledged++
      if (isFlushed && result.status === 'PUT_OK') this.require(attempt)
    })
  }

  private require(attempt: Attempt): void {
    if (!attempt.isRequired) this.tally.required++
    attempt.isRequired = true
  }

  private async changeTopics(): Promise<void> {
    const { random, table, store, disk } = this
    const topic = TOPICS[random.int(TOPICS.length)]!
    if (this.unsettledTopics.has(topic)) return
    this.unsettledTopics.add(topic)
    try {
      if (!this.liveTopics.has(topic)) {
        this.incarnations.set(topic, (this.incarnations.get(topic) ?? 0) + 1)
        await table!.create(plainTopicConfig(topic, QUEUES))
        if (disk.isCut) return
        this.liveTopics.add(topic)
      } else if (random.int(5) === 0) {
        this.liveTopics.delete(topic)
        await table!.remove(topic)
        // As the processor does it.
        store!.deleteTopic(topic)
        if (disk.isCut) return
      }
      this.unsettledTopics.delete(topic)
    } catch (error) {
      if (!disk.isCut) this.violations.push(`topic ${topic}: ${String(error)}`)
    }
  }

  private async commitOffsets(): Promise<void> {
    const { random, disk } = this
    const topic = TOPICS[random.int(TOPICS.length)]!
    const value = random.int(1_000)
    const problem = await this.offsets.commit(this.meta!, topic, value, () => disk.isCut)
    if (problem !== undefined) this.violations.push(problem)
  }

  /** What the dead process knew, then what the cut left. */
  private async afterCut(): Promise<void> {
    const flushed = this.store?.stats.flushedPhysicalOffset ?? 0
    this.flushedEnd = Math.max(this.flushedEnd, flushed)
    for (const attempt of this.attempts.values())
      if (attempt.state === 'acknowledged' && attempt.physicalOffset < flushed)
        this.require(attempt)
    await this.forgetProcess()
    this.disk.cut()
    this.isAfterCut = true
  }

  private async forgetProcess(): Promise<void> {
    const { meta } = this
    this.store = undefined
    this.table = undefined
    this.meta = undefined
    // Its timers belong to the old clock, which nobody moves any more.
    this.clock = new ManualClock(this.clock.now())
    await Promise.allSettled([...this.pending])
    await turns(3)
    await meta?.close()
  }

  private async close(): Promise<void> {
    await this.store!.close()
    await this.meta!.close()
    this.store = undefined
    this.meta = undefined
    this.table = undefined
  }

  private async end(): Promise<void> {
    this.disk.cutAt = Infinity
    if (this.store && this.meta) await this.close()
  }

  /** Compares what is served with what was acknowledged; what a power cut may take counts as of unknown outcome. */
  private async judge(): Promise<void> {
    const { store, table, violations, tally } = this
    if (!store || !table) return
    this.judgeTopics(table)
    this.violations.push(...this.offsets.judge(this.meta!))
    this.judgeReports()
    const history = new History(() => 0)
    const judged = [...this.attempts.values()].filter(
      ({ topic, incarnation, state }) =>
        this.liveTopics.has(topic) && incarnation === this.incarnationOf(topic) && state !== 'gone'
    )
    // Whoever was gone once and is there again is a phantom: no attempt of it is told.
    for (const { id, body, topic, queueId, state, queueOffset, isRequired } of judged) {
      const bodyHash = hashOf(body)
      history.record({ kind: 'attempt', client: 'producer', id, bodyHash, topic, queueId })
      if (state === 'acknowledged' && (isRequired || !this.isAfterCut))
        history.record({ kind: 'ack', client: 'producer', id, offset: queueOffset })
    }
    const topics = [...this.liveTopics]
    const queues = topics.flatMap((topic) =>
      Array.from({ length: QUEUES }, (_, queueId) => ({ topic, queueId }))
    )
    const observed = await observeStore(store, { topics, queues, lookUpEvery: 6 })
    // The first segment may be among what a cut takes: what it held counts as a hole, not as taken by retention.
    const fromZero = observed.queues.map((queue) => ({ ...queue, minOffset: 0 }))
    const observation = { ...observed, queues: fromZero }
    if (judged.length > 0) {
      const damaged = holesOf(observation, judged)
      const { violations: found } = judge(history.events, observation, {
        ...{ seed: this.seed, allowedLoss: { damaged } },
        index: 'as asked'
      })
      for (const { check, sentence } of found) violations.push(`${check}: ${sentence}`)
    }
    const seen = new Set(observation.queues.flatMap(({ messages }) => messages.map(({ id }) => id)))
    for (const attempt of judged)
      if (!seen.has(attempt.id)) {
        if (attempt.state === 'acknowledged') tally.lostUnflushed++
        attempt.state = 'gone'
      } else if (this.isAfterCut) this.require(attempt)
    this.isAfterCut = false
    tally.served += seen.size
  }

  /** Offsets nothing can be read of, except those of messages that must be there. */
  private judgeTopics(table: TopicTable): void {
    for (const topic of TOPICS) {
      const isThere = table.get(topic) !== undefined
      if (!this.unsettledTopics.delete(topic)) {
        if (isThere !== this.liveTopics.has(topic))
          this.violations.push(`topic ${topic} is ${isThere ? 'back' : 'lost'}`)
      } else if (isThere) this.liveTopics.add(topic)
      else this.liveTopics.delete(topic)
    }
  }

  private judgeReports(): void {
    for (const report of this.reports) {
      if (report.kind === 'queue-rebuilt') this.tally.rebuilt++
      if (report.kind !== 'damage' && report.kind !== 'tail-cut') continue
      const { physicalOffset: from, bytes } = report
      const isKnown = this.knownHoles.some((hole) => hole.from <= from && from + bytes <= hole.to)
      if (isKnown) continue
      if (from < this.flushedEnd)
        this.violations.push(`${report.kind} at ${from}, flushed was up to ${this.flushedEnd}`)
      if (report.kind === 'tail-cut') this.tally.tails++
      else {
        this.tally.holes++
        this.knownHoles.push({ from, to: from + bytes })
      }
    }
  }

  private incarnationOf(topic: string): number {
    return this.incarnations.get(topic) ?? 0
  }

  private follow(promise: Promise<unknown>): void {
    this.pending.add(promise)
    void promise.finally(() => this.pending.delete(promise))
  }

  private async settle(): Promise<void> {
    await Promise.allSettled([...this.pending])
  }
}
