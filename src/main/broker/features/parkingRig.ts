/** What tests of delay levels and timers stand on: a real store, progress in memory, a clock that the test moves. */
import { endOfTurn } from '../../base/turn'
import { silentLog } from '../../base/log'
import type { DelayOffsetDoc, TimerCheckpointDoc } from '../../meta/brokerMeta'
import { decodeMessage, type StoredMessage } from '../../protocol/message/messageCodec'
import type { MessageInner } from '../../protocol/message/messageCodec'
import type { MessageStore } from '../../store/messageStore'
import { StoreRig, type RigOptions } from '../../store/storeRig'
import { MemoryCollection } from '../brokerFakes'
import type { BrokerReport } from '../brokerReport'
import { plainTopicConfig } from '../topicTable'
import type { BrokerFeature } from './feature'

/** Turns of the event loop in which everything that can happen without time passing has happened. */
const SETTLE_TURNS = 12

export interface Delivered {
  message: StoredMessage
  body: string
  at: number
}

export type ParkingParts = ReturnType<ParkingRig['parts']>

export class ParkingRig {
  readonly rig: StoreRig
  readonly meta = {
    delayOffsets: new MemoryCollection<DelayOffsetDoc>(),
    timerCheckpoint: new MemoryCollection<TimerCheckpointDoc>()
  }
  readonly reports: BrokerReport[] = []
  readonly gone = new Set<string>()
  /** Replaces what a put gives; undefined: the store itself. */
  refuse: (message: MessageInner) => boolean = () => false
  feature: BrokerFeature | undefined
  private running: { dispose(): void } | undefined

  constructor(
    private readonly make: (parts: ParkingParts) => BrokerFeature,
    options: RigOptions = {}
  ) {
    this.rig = new StoreRig(options)
  }

  get clock() {
    return this.rig.clock
  }

  get store(): MessageStore {
    return this.rig.store
  }

  parts() {
    const { rig, meta } = this
    const { clock, store } = rig
    const refusing: MessageStore = Object.create(store, {
      putMessage: {
        value: (message: MessageInner) =>
          this.refuse(message)
            ? Promise.resolve({ status: 'SERVICE_NOT_AVAILABLE', reason: 'played by the test' })
            : store.putMessage(message)
      }
    }) as MessageStore
    return {
      ...{ clock, store: refusing, meta, log: silentLog },
      topics: {
        select: (topic: string) => (this.gone.has(topic) ? undefined : plainTopicConfig(topic, 8))
      },
      stats: {
        incPut: () => undefined,
        incGroupGet: () => undefined,
        incQueueGet: () => undefined
      },
      onReport: (report: BrokerReport) => void this.reports.push(report)
    }
  }

  async open(): Promise<void> {
    await this.rig.open()
    await this.begin()
  }

  /** A clean stop and start. */
  async restart(): Promise<void> {
    this.running?.dispose()
    await this.rig.reopen()
    await this.begin()
  }

  /** kill -9: nothing is written any more, and what ran before hears of nothing. */
  async kill(): Promise<void> {
    await this.rig.crash()
    await this.begin()
  }

  /** Through the feature's hook, as a send does. */
  async put(message: MessageInner): Promise<void> {
    const prepared = this.feature?.beforePut?.(message) ?? message
    const result = await this.store.putMessage(prepared)
    if (result.status !== 'PUT_OK') throw new Error(result.status)
  }

  /** Moves the clock and lets everything that follows happen. */
  async advance(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.settle()
  }

  /** Resolves when everything written is on disk. */
  async flushed(): Promise<void> {
    const { stats } = this.store
    while (stats.flushedPhysicalOffset < stats.maxPhysicalOffset)
      await new Promise<void>((resolve) => endOfTurn(resolve))
  }

  async settle(): Promise<void> {
    for (let i = 0; i < SETTLE_TURNS; i++) await new Promise<void>((resolve) => endOfTurn(resolve))
  }

  /** Messages of a queue, oldest first, with the time they were stored. */
  async delivered(topic: string, queueId = 0): Promise<Delivered[]> {
    const found: Delivered[] = []
    for (let offset = 0; ;) {
      const result = await this.store.getMessage({ topic, queueId, offset, maxMsgNums: 32 })
      for (const bytes of result.messages) {
        const message = decodeMessage(bytes)
        found.push({ message, body: message.body.toString('utf8'), at: message.storeTimestamp })
      }
      if (result.nextBeginOffset <= offset) return found
      offset = result.nextBeginOffset
    }
  }

  async dispose(): Promise<void> {
    this.running?.dispose()
    await this.rig.dispose()
  }

  private async begin(): Promise<void> {
    this.feature = this.make(this.parts())
    this.running = await this.feature.start?.()
    await this.settle()
  }
}
