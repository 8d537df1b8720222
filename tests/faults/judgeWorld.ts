/** A made-up run for the judge's own tests. */
import { hashOf, History, type HistoryEvent } from './history'
import { judge, type Expectations } from './judge'
import type {
  Observation,
  ObservedLookup,
  ObservedMessage,
  ObservedOffset,
  ObservedQueue
} from './observation'

export const FLUSH_MS = 100
export const CRASH = 1_000

export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A world in which everything went well: sends of each kind, a consumer, a crash, an index. */
export class World {
  now = 0
  readonly history = new History(() => this.now++)
  readonly queues: (Mutable<Omit<ObservedQueue, 'messages'>> & { messages: ObservedMessage[] })[] =
    []
  readonly committed: Mutable<ObservedOffset>[] = []
  readonly lookups: Mutable<ObservedLookup>[] = []
  readonly wallTime = 5_000

  constructor() {
    for (let queueId = 0; queueId < 2; queueId++)
      for (let n = 0; n < 5; n++) {
        this.attempt('p1', `q${queueId}-${n}`, queueId)
        this.store(`q${queueId}-${n}`, queueId)
        this.history.record({ kind: 'ack', client: 'p1', id: `q${queueId}-${n}`, offset: n })
      }
    this.attempt('p2', 'refused', 0)
    this.history.record({ kind: 'fail', client: 'p2', id: 'refused' })
    this.attempt('p2', 'lost-unknown', 0)
    this.attempt('p2', 'retried', 0)
    this.store('retried', 0)
    this.history.record({ kind: 'unknown', client: 'p2', id: 'retried' })
    this.attempt('p2', 'retried', 0)
    this.store('retried', 0)
    this.history.record({ kind: 'ack', client: 'p2', id: 'retried', offset: 6 })
    for (const id of ['b0', 'b1', 'b2']) this.attempt('p3', id, 1, { batch: 'b' })
    for (const id of ['b0', 'b1', 'b2']) this.store(id, 1)
    for (const [i, end] of (['commit', 'rollback', undefined] as const).entries()) {
      this.attempt('p4', `half-${i}`, 0, { transaction: true })
      this.history.record({ kind: 'ack', client: 'p4', id: `half-${i}`, offset: i })
      if (end === undefined) continue
      this.history.record({
        kind: 'end-transaction',
        client: 'p4',
        id: `half-${i}`,
        resolution: end
      })
      if (end === 'commit') this.store(`half-${i}`, 0)
      this.history.record({ kind: 'transaction-ended', client: 'p4', id: `half-${i}` })
    }
    this.attempt('p5', 'timed', 1, { deliverAt: 2_000 })
    this.history.record({ kind: 'ack', client: 'p5', id: 'timed', offset: 0 })
    this.store('timed', 1, 2_010)
    this.consume()
  }

  attempt(client: string, id: string, queueId: number, more: object = {}): void {
    const bodyHash = hashOf(Buffer.from(id))
    this.history.record({ kind: 'attempt', client, id, bodyHash, topic: 'T', queueId, ...more })
  }

  store(id: string, queueId: number, storeTimestamp = 1_500): ObservedMessage {
    let queue = this.queue(queueId)
    if (queue === undefined)
      this.queues.push((queue = { topic: 'T', queueId, minOffset: 0, maxOffset: 0, messages: [] }))
    const keys = [`key-${id}`, 'all']
    const offset = queue.maxOffset++
    const physicalOffset = this.queues.reduce((sum, { maxOffset }) => sum + maxOffset, 0) * 100
    const bodyHash = hashOf(Buffer.from(id))
    const message = { offset, id, bodyHash, keys, physicalOffset, storeTimestamp }
    queue.messages.push(message)
    const hit = { topic: 'T', queueId, offset, keys }
    for (const key of keys) {
      const known = this.lookups.find((lookup) => lookup.key === key)
      if (known) known.hits = [...known.hits, hit]
      else this.lookups.push({ topic: 'T', key, maxNum: 64, hits: [hit] })
    }
    return message
  }

  queue(queueId: number): World['queues'][number] {
    return this.queues.find((queue) => queue.queueId === queueId)!
  }

  receive(offset: number, more: object = {}): void {
    const { id, bodyHash } = this.queue(0).messages[offset]!
    const event = { group: 'g', topic: 'T', queueId: 0, offset, id: id!, bodyHash }
    this.history.record({ kind: 'receive', client: 'c1', ...event, ...more })
  }

  commit(offset: number, isAcknowledged: boolean): void {
    const event = { client: 'c1', group: 'g', topic: 'T', queueId: 0, offset }
    this.history.record({ kind: 'commit', ...event })
    if (isAcknowledged) this.history.record({ kind: 'committed', ...event })
  }

  /** Offset 2 is durable at the crash, 4 may be lost with it and is. */
  private consume(): void {
    for (const offset of [0, 1]) this.receive(offset)
    this.commit(2, true)
    for (const offset of [2, 3]) this.receive(offset)
    this.now = CRASH - FLUSH_MS / 2
    this.commit(4, true)
    this.now = CRASH
    this.history.record({ kind: 'crash', client: 'broker' })
    for (const offset of [2, 3, 4]) this.receive(offset)
    this.committed.push({ group: 'g', topic: 'T', queueId: 0, offset: 2 })
  }

  drop(queueId: number, offset: number): void {
    const queue = this.queue(queueId)
    queue.messages = queue.messages.filter((message) => message.offset !== offset)
    for (const lookup of this.lookups)
      lookup.hits = lookup.hits.filter((hit) => hit.queueId !== queueId || hit.offset !== offset)
  }

  /** The end of a queue is gone, as after a power cut. */
  cut(queueId: number, from: number): void {
    for (let offset = from; offset < this.queue(queueId).maxOffset; offset++)
      this.drop(queueId, offset)
    this.queue(queueId).maxOffset = from
  }

  change(queueId: number, offset: number, changes: Partial<ObservedMessage>): void {
    const { messages } = this.queue(queueId)
    const at = messages.findIndex((message) => message.offset === offset)
    messages[at] = { ...messages[at]!, ...changes }
  }

  find(matches: (event: HistoryEvent) => boolean): number {
    return this.history.events.findIndex(matches)
  }

  judge(more: Partial<Expectations> = {}): ReturnType<typeof judge> {
    const { queues, committed, lookups, wallTime } = this
    const observation: Observation = { queues, committed, lookups, wallTime }
    const expectations = { seed: 7, offsetFlushMs: FLUSH_MS, timed: { tickMs: 10, lateMs: 100 } }
    return judge(this.history.events, observation, { ...expectations, ...more })
  }
}
