/** Holds pops that found nothing until a message comes or their time is over. Java: PopLongPollingService. */
import type { RealTime } from '../../../base/clock'
import type { Disposable } from '../../../base/disposable'
import type { Emitter } from '../../../base/emitter'
import type { MessageArriving, MessageStore } from '../../../store/messageStore'
import type { RemotingConnection } from '../../../remoting/connection'
import type { SubscriptionFilter } from '../../filter/subscriptionFilter'

/** Pops held at once by one broker, and of one group on one queue; beyond it the answer is POLLING_FULL. Java: maxPopPollingSize, popPollingSize. */
export const MAX_POP_POLLING = 50_000
export const POP_POLLING_SIZE = 1024

/** Any queue of the topic. */
export const ANY_QUEUE = -1

export interface HeldPop {
  readonly topic: string
  readonly group: string
  readonly queueId: number
  /** Undefined: every message. */
  readonly filter: SubscriptionFilter | undefined
  /** It is held so long at most. */
  readonly pollTimeMs: number
  readonly connection: Pick<RemotingConnection, 'isOpen' | 'closed'>
  /** Called once: there may be something, or its time is over. Not when the connection closes. */
  readonly resume: (isTimeOver: boolean) => void
}

interface Held {
  readonly pop: HeldPop
  readonly timer: Disposable
  readonly closing: Disposable
}

/** Those of one group on one queue, the oldest first. */
interface Line {
  readonly group: string
  readonly queueId: number
  readonly held: Set<Held>
  /** One is woken in this turn already: it takes all that comes with it. */
  isWoken: boolean
}

interface Deps {
  clock: RealTime
  arrivals: Pick<Emitter<MessageArriving>, 'on'>
  store: Pick<MessageStore, 'lookMessageByOffset'>
}

const keyOf = (group: string, queueId: number): string => `${queueId}@${group}`

export class PopLongPollingService {
  private readonly topics = new Map<string, Map<string, Line>>()
  private count = 0

  constructor(private readonly deps: Deps) {}

  start(): Disposable {
    return this.deps.arrivals.on((message) => this.onArrival(message))
  }

  /** False at the limit: it must be answered now. */
  hold(pop: HeldPop): boolean {
    if (this.count >= MAX_POP_POLLING) return false
    const line = this.line(pop)
    if (line.held.size > POP_POLLING_SIZE) return false
    const held: Held = {
      pop,
      timer: this.deps.clock.after(pop.pollTimeMs, () => {
        if (this.remove(line, held)) pop.resume(true)
      }),
      closing: pop.connection.closed.on(() => void this.remove(line, held))
    }
    line.held.add(held)
    this.count++
    return true
  }

  /** Java: PollingInfoProcessor. */
  pollingNum(topic: string, group: string, queueId: number): number {
    return this.topics.get(topic)?.get(keyOf(group, queueId))?.held.size ?? 0
  }

  /** There is something for the group: one that asks for any queue goes, else one of each queue. */
  notify(topic: string, group: string): void {
    const lines = this.topics.get(topic)
    const any = lines?.get(keyOf(group, ANY_QUEUE))
    if (any && any.held.size > 0) this.wake(any, () => true)
    else
      for (const line of lines?.values() ?? [])
        if (line.group === group) this.wake(line, () => true)
  }

  private onArrival({ topic, queueId, tagsCode, physicalOffset }: MessageArriving): void {
    const lines = this.topics.get(topic)
    if (!lines) return
    let message: Buffer | undefined
    const isWanted = ({ filter }: HeldPop): boolean => {
      if (filter?.matches && !filter.matches(tagsCode)) return false
      if (!filter?.matchesMessage) return true
      message ??= this.deps.store.lookMessageByOffset(physicalOffset)
      // One that cannot be read wakes the pop, which then says so.
      return !message || filter.matchesMessage(message)
    }
    for (const line of lines.values())
      if (line.queueId === ANY_QUEUE || line.queueId === queueId) this.wake(line, isWanted)
  }

  /** Its oldest that wants it pops again after the present arrivals are through: what was written together goes together. */
  private wake(line: Line, isWanted: (pop: HeldPop) => boolean): void {
    if (line.isWoken) return
    for (const held of line.held) {
      if (!isWanted(held.pop)) continue
      line.isWoken = true
      this.remove(line, held)
      process.nextTick(() => {
        line.isWoken = false
        held.pop.resume(false)
      })
      return
    }
  }

  private line({ topic, group, queueId }: HeldPop): Line {
    let lines = this.topics.get(topic)
    if (!lines) this.topics.set(topic, (lines = new Map<string, Line>()))
    const key = keyOf(group, queueId)
    let line = lines.get(key)
    if (!line) lines.set(key, (line = { group, queueId, held: new Set(), isWoken: false }))
    return line
  }

  private remove(line: Line, held: Held): boolean {
    if (!line.held.delete(held)) return false
    held.timer.dispose()
    held.closing.dispose()
    this.count--
    const { topic, group, queueId } = held.pop
    const lines = this.topics.get(topic)
    if (line.held.size === 0 && lines?.get(keyOf(group, queueId)) === line) {
      lines.delete(keyOf(group, queueId))
      if (lines.size === 0) this.topics.delete(topic)
    }
    return true
  }
}
