/** One consumer of a window: what it got, and what becomes of each message. */
import type { Behaviour, ConsumeDraft, SettleDraft } from '../../../shared/consumeDrafts'
import { MAX_CONSUMED } from '../../../shared/consumeLimits'
import type {
  ConsumeCounts,
  ConsumedState,
  ConsumedView,
  ConsumerView
} from '../../../shared/consumeViews'
import type { Problem } from '../../../shared/views'
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import type { Random } from '../../base/random'
import type { MessageExt } from '../../client/messageExt'
import { getPropertyOf, messageSummary } from '../messageView'

/** How a message is settled where it came from. */
export interface Hand {
  ack(): Promise<void>
  /** It comes again, of a pop after so long. */
  nack(invisibleMs: number): Promise<void>
  /** Of a pop: until when nobody else gets it, then. */
  extend?: (invisibleMs: number) => Promise<number>
  /** Of a pop, by the machine's clock, ms. */
  until?: number
}

/** Where messages come from; `take` is called for each. */
export interface Source {
  readonly clientId: string
  readonly queues: number | undefined
  /** @throws RemotingError where brokers do not take the subscription. */
  start(): Promise<void>
  /** Takes nothing more; what is in hand stays so. */
  stop(): Promise<void>
  /** Closes its connections. */
  close(): void
}

/** Comes back after so long when it failed by itself, or was in hand at the end. */
export const NACK_INVISIBLE_MS = 1000

interface Entry {
  view: ConsumedView
  hand: Hand
  revision: number
  working: Disposable | undefined
}

interface Deps {
  clock: RealTime
  random: Pick<Random, 'int'>
  problemOf: (error: unknown) => Problem
}

const isOpen = ({ view: { state } }: Entry): boolean => state === 'inHand' || state === 'working'

export class Consumption {
  private readonly entries = new Map<number, Entry>()
  private readonly counts: ConsumeCounts = {
    ...{ received: 0, acked: 0, nacked: 0, expired: 0, redelivered: 0, inHand: 0 }
  }
  private revision = 0
  private lastNumber = 0
  private behaviour: Behaviour
  private problem: Problem | undefined
  private isEnded = false
  private source: Source | undefined
  isGroupMade = false

  constructor(
    readonly id: string,
    readonly draft: ConsumeDraft,
    private readonly deps: Deps
  ) {
    this.behaviour = draft.behaviour
  }

  /** @throws as the source does. */
  async start(source: Source): Promise<void> {
    this.source = source
    await source.start()
  }

  /** Messages that wait for a person or are being processed. */
  get open(): number {
    return this.counts.inHand
  }

  behave(behaviour: Behaviour): void {
    this.behaviour = behaviour
  }

  take(message: MessageExt, hand: Hand): void {
    const number = ++this.lastNumber
    const view: ConsumedView = {
      number,
      at: this.deps.clock.wall(),
      message: messageSummary(message),
      topic: getPropertyOf(message, 'RETRY_TOPIC') ?? this.draft.topic,
      reconsumeTimes: message.reconsumeTimes,
      state: this.behaviour.ack === 'auto' ? 'working' : 'inHand',
      ...(hand.until !== undefined && { invisibleUntil: hand.until })
    }
    const entry: Entry = { view, hand, revision: ++this.revision, working: undefined }
    this.entries.set(number, entry)
    this.counts.received++
    this.counts.inHand++
    if (message.reconsumeTimes > 0) this.counts.redelivered++
    // It was on its way when the consumer ended.
    if (this.isEnded) void this.settleOne(entry, 'givenBack', NACK_INVISIBLE_MS)
    else if (view.state === 'working') this.work(entry)
    this.prune()
  }

  /** What cannot be settled says why in the list. */
  async settle({ numbers, action, invisibleMs }: SettleDraft): Promise<void> {
    this.expire()
    const entries = numbers.flatMap((number) => this.entries.get(number) ?? []).filter(isOpen)
    await Promise.all(entries.map((entry) => this.settleOne(entry, action, invisibleMs)))
  }

  /** It goes on trying. */
  report(error: unknown): void {
    this.problem = this.deps.problemOf(error)
  }

  recovered(): void {
    this.problem = undefined
  }

  /** Once; what is in hand is given back. */
  async end(error?: unknown): Promise<void> {
    if (this.isEnded) return
    this.isEnded = true
    if (error !== undefined) this.problem = this.deps.problemOf(error)
    const stopping = this.source?.stop()
    const open = [...this.entries.values()].filter(isOpen)
    await Promise.all(open.map((entry) => this.settleOne(entry, 'givenBack', NACK_INVISIBLE_MS)))
    await stopping
    this.source?.close()
  }

  view(since: number): ConsumerView {
    this.expire()
    const { topic, group, kind } = this.draft
    const queues = this.source?.queues
    const changed = [...this.entries.values()]
      .filter(({ revision }) => revision > since)
      .map(({ view }) => view)
    return {
      ...{ id: this.id, topic, group, kind, changed },
      isGroupMade: this.isGroupMade,
      clientId: this.source?.clientId ?? '',
      state: this.isEnded ? 'ended' : 'running',
      ...(this.problem && { problem: this.problem }),
      counts: { ...this.counts },
      ...(queues !== undefined && { queues }),
      revision: this.revision
    }
  }

  private work(entry: Entry): void {
    const { failPercent, processingMs } = this.behaviour
    const isFailing = this.deps.random.int(100) < failPercent
    const done = (): void =>
      void this.settleOne(entry, isFailing ? 'nack' : 'ack', NACK_INVISIBLE_MS)
    if (processingMs === 0) done()
    else entry.working = this.deps.clock.after(processingMs, done)
  }

  private async settleOne(
    entry: Entry,
    action: SettleDraft['action'] | 'givenBack',
    invisibleMs: number
  ): Promise<void> {
    entry.working?.dispose()
    const { hand } = entry
    try {
      if (action === 'extend') {
        const until = await hand.extend?.(invisibleMs)
        if (until !== undefined) this.change(entry, { invisibleUntil: until })
        return
      }
      // Before the answer: it is settled once.
      if (!isOpen(entry)) return
      const state: ConsumedState =
        action === 'ack' ? 'acked' : action === 'nack' ? 'nacked' : 'givenBack'
      const before = entry.view.state
      this.change(entry, { state })
      this.counts.inHand--
      try {
        await (action === 'ack' ? hand.ack() : hand.nack(invisibleMs))
      } catch (error) {
        this.counts.inHand++
        this.change(entry, { state: before === 'working' ? 'inHand' : before })
        throw error
      }
      if (action === 'ack') this.counts.acked++
      else this.counts.nacked++
    } catch (error) {
      this.change(entry, { problem: this.deps.problemOf(error) })
    }
  }

  private change(entry: Entry, change: Partial<ConsumedView>): void {
    const { problem: _, ...view } = entry.view
    entry.view = { ...view, ...change }
    entry.revision = ++this.revision
    this.prune()
  }

  private expire(): void {
    const now = this.deps.clock.wall()
    for (const entry of this.entries.values()) {
      const { invisibleUntil } = entry.view
      if (invisibleUntil === undefined || invisibleUntil > now || !isOpen(entry)) continue
      entry.working?.dispose()
      this.counts.inHand--
      this.counts.expired++
      this.change(entry, { state: 'expired' })
    }
  }

  private prune(): void {
    for (const [number, entry] of this.entries) {
      if (this.entries.size <= MAX_CONSUMED) return
      if (!isOpen(entry)) this.entries.delete(number)
    }
  }
}
