import type { RealTime } from '../base/clock'
import { Disposables, type Disposable } from '../base/disposable'
import type { Emitter } from '../base/emitter'
import type { MessageArriving, MessageStore } from '../store/messageStore'
import type { ClientConnection } from './clientChannelInfo'
import type { SubscriptionFilter } from './filter/subscriptionFilter'

/** Pulls held at once by one broker; beyond it a pull that finds nothing is answered SYSTEM_BUSY. */
export const MAX_HELD_PULLS = 50_000

/** How often the time of held pulls is looked at; the answer is at most this late. */
const CHECK_PERIOD_MS = 500

/** A pull that waits for a message. Java: PullRequest. */
export interface HeldPull {
  readonly group: string
  readonly topic: string
  readonly queueId: number
  /** The next offset wanted. */
  readonly offset: number
  readonly filter: SubscriptionFilter
  /** Monotonic. */
  readonly deadline: number
  readonly connection: ClientConnection
  /**
   * Pulls once more and answers whatever comes; called once, unless the connection closes before. Nothing between
   * `offset` and `scannedTo` matches.
   */
  readonly resume: (scannedTo: number) => void
}

/** A held pull, and how far the messages that came since were judged. */
interface Held {
  readonly pull: HeldPull
  scannedTo: number
}

interface Deps {
  clock: RealTime
  arrivals: Pick<Emitter<MessageArriving>, 'on'>
  store: Pick<MessageStore, 'lookMessageByOffset'>
}

const keyOf = (topic: string, queueId: number): string => `${topic}@${queueId}`

/** Long polling: holds pulls until a matching message arrives or their time is over. Java: PullRequestHoldService. */
export class PullRequestHoldService {
  private readonly table = new Map<string, Set<Held>>()
  private readonly heldBy = new Map<ClientConnection, Set<Held>>()
  private readonly disposables = new Disposables()
  private woken: Held[] = []
  private count = 0

  constructor(private readonly deps: Deps) {}

  start(): Disposable {
    this.disposables.add(this.deps.arrivals.on((message) => this.onArrival(message)))
    this.disposables.add(this.deps.clock.every(CHECK_PERIOD_MS, () => this.checkHeldPulls()))
    return this.disposables
  }

  get size(): number {
    return this.count
  }

  /** False at the limit: the pull must be answered now. */
  hold(pull: HeldPull): boolean {
    if (this.count >= MAX_HELD_PULLS) return false
    const held = { pull, scannedTo: pull.offset }
    add(this.table, keyOf(pull.topic, pull.queueId), held)
    add(this.heldBy, pull.connection, held)
    this.count++
    return true
  }

  /** Drops what a closed connection waits for; nobody is there to be answered. */
  closeConnection(connection: ClientConnection): void {
    for (const held of this.heldBy.get(connection) ?? []) this.remove(held)
  }

  /** Answers the pulls of a topic that was changed or deleted, by pulling again. */
  resumeTopic(topic: string): void {
    for (const all of this.table.values())
      for (const held of all) if (held.pull.topic === topic) this.wake(held)
  }

  /** Answers the pulls of a group on a queue, by pulling again: it was reset. */
  resumeQueue(group: string, topic: string, queueId: number): void {
    for (const held of this.table.get(keyOf(topic, queueId)) ?? [])
      if (held.pull.group === group) this.wake(held)
  }

  /**
   * Wakes whom the message concerns. SQL92 is judged here, on the message itself (still in memory, read once for all),
   * so that a pull sleeps on while nothing matches, and goes on behind what was judged.
   */
  private onArrival({ topic, queueId, queueOffset, tagsCode, physicalOffset }: MessageArriving) {
    const all = this.table.get(keyOf(topic, queueId))
    if (!all) return
    let message: Buffer | undefined
    for (const held of all) {
      const { offset, filter } = held.pull
      if (queueOffset < offset) continue
      if (filter.matchesMessage) message ??= this.deps.store.lookMessageByOffset(physicalOffset)
      if (isWanted(filter, tagsCode, message)) this.wake(held)
      else if (held.scannedTo === queueOffset) held.scannedTo++
    }
  }

  private checkHeldPulls(): void {
    const now = this.deps.clock.monotonic()
    for (const all of this.table.values())
      for (const held of all) if (held.pull.deadline <= now) this.wake(held)
  }

  /** Pulls again after the present arrivals are through, so that messages written together are pulled together. */
  private wake(held: Held): void {
    this.remove(held)
    this.woken.push(held)
    if (this.woken.length > 1) return
    process.nextTick(() => {
      const woken = this.woken
      this.woken = []
      for (const { pull, scannedTo } of woken) pull.resume(scannedTo)
    })
  }

  private remove(held: Held): void {
    const { topic, queueId, connection } = held.pull
    if (!drop(this.table, keyOf(topic, queueId), held)) return
    drop(this.heldBy, connection, held)
    this.count--
  }
}

/** A message that cannot be read wakes the pull, which then says so. */
const isWanted = (
  { matches, matchesMessage }: SubscriptionFilter,
  tagsCode: number,
  message: Buffer | undefined
): boolean =>
  (!matches || matches(tagsCode)) && (!matchesMessage || !message || matchesMessage(message))

const add = <K>(table: Map<K, Set<Held>>, key: K, held: Held): void => {
  const all = table.get(key)
  if (all) all.add(held)
  else table.set(key, new Set([held]))
}

const drop = <K>(table: Map<K, Set<Held>>, key: K, held: Held): boolean => {
  const all = table.get(key)
  if (!all?.delete(held)) return false
  if (all.size === 0) table.delete(key)
  return true
}
