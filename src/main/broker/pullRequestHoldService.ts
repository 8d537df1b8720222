import type { Clock } from '../base/clock'
import { Disposables, type Disposable } from '../base/disposable'
import type { Emitter } from '../base/emitter'
import type { MessageArriving } from '../store/messageStore'
import type { ClientConnection } from './clientChannelInfo'
import type { TagsCodeMatcher } from './consumerGroupInfo'

/** Pulls held at once by one broker; beyond it a pull that finds nothing is answered SYSTEM_BUSY. */
export const MAX_HELD_PULLS = 50_000

/** How often the time of held pulls is looked at; the answer is at most this late. */
const CHECK_PERIOD_MS = 500

/** A pull that waits for a message. Java: PullRequest. */
export interface HeldPull {
  readonly topic: string
  readonly queueId: number
  /** The next offset wanted. */
  readonly offset: number
  readonly matches: TagsCodeMatcher
  /** Monotonic. */
  readonly deadline: number
  readonly connection: ClientConnection
  /** Pulls once more and answers whatever comes; called once, unless the connection closes before. */
  readonly resume: () => void
}

interface Deps {
  clock: Pick<Clock, 'monotonic' | 'every'>
  arrivals: Pick<Emitter<MessageArriving>, 'on'>
}

const keyOf = (topic: string, queueId: number): string => `${topic}@${queueId}`

/** Long polling: holds pulls until a matching message arrives or their time is over. Java: PullRequestHoldService. */
export class PullRequestHoldService {
  private readonly table = new Map<string, Set<HeldPull>>()
  private readonly heldBy = new Map<ClientConnection, Set<HeldPull>>()
  private readonly disposables = new Disposables()
  private woken: HeldPull[] = []
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
    add(this.table, keyOf(pull.topic, pull.queueId), pull)
    add(this.heldBy, pull.connection, pull)
    this.count++
    return true
  }

  /** Drops what a closed connection waits for; nobody is there to be answered. */
  closeConnection(connection: ClientConnection): void {
    for (const pull of this.heldBy.get(connection) ?? []) this.remove(pull)
  }

  /** Answers the pulls of a topic that was changed or deleted, by pulling again. */
  resumeTopic(topic: string): void {
    for (const pulls of this.table.values())
      for (const pull of pulls) if (pull.topic === topic) this.wake(pull)
  }

  private onArrival({ topic, queueId, queueOffset, tagsCode }: MessageArriving): void {
    const pulls = this.table.get(keyOf(topic, queueId))
    if (!pulls) return
    for (const pull of pulls)
      if (queueOffset >= pull.offset && (!pull.matches || pull.matches(tagsCode))) this.wake(pull)
  }

  private checkHeldPulls(): void {
    const now = this.deps.clock.monotonic()
    for (const pulls of this.table.values())
      for (const pull of pulls) if (pull.deadline <= now) this.wake(pull)
  }

  /** Pulls again after the present arrivals are through, so that messages written together are pulled together. */
  private wake(pull: HeldPull): void {
    this.remove(pull)
    this.woken.push(pull)
    if (this.woken.length > 1) return
    process.nextTick(() => {
      const woken = this.woken
      this.woken = []
      for (const { resume } of woken) resume()
    })
  }

  private remove(pull: HeldPull): void {
    if (!drop(this.table, keyOf(pull.topic, pull.queueId), pull)) return
    drop(this.heldBy, pull.connection, pull)
    this.count--
  }
}

const add = <K>(table: Map<K, Set<HeldPull>>, key: K, pull: HeldPull): void => {
  const pulls = table.get(key)
  if (pulls) pulls.add(pull)
  else table.set(key, new Set([pull]))
}

const drop = <K>(table: Map<K, Set<HeldPull>>, key: K, pull: HeldPull): boolean => {
  const pulls = table.get(key)
  if (!pulls?.delete(pull)) return false
  if (pulls.size === 0) table.delete(key)
  return true
}
