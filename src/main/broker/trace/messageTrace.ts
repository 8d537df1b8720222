/**
 * The broker's own trace: who sent, got and acknowledged which messages, of all of them, whether or not a client traces.
 * In memory and bounded by gantryTraceEvents; a restart begins anew. What the log itself tells (stored, parked, sent
 * back, dead) is not in it.
 */
import type { Clock } from '../../base/clock'
import type { BrokerTraceEvent, TraceKind, TracePlace } from '../../protocol/bodies/brokerTrace'
import { traceKinds } from '../../protocol/bodies/brokerTrace'
import { CID_RMQ_SYS_PREFIX, TOOLS_CONSUMER_GROUP } from '../../protocol/topicNames'
import type { ClientConnection } from '../clientChannelInfo'
import type { ConsumerManager } from '../consumerManager'
import type { OffsetMove } from '../consumerOffsetManager'
import type { ProducerManager } from '../producerManager'
import { TraceNames } from './traceNames'
import { TraceRing, type TraceRow } from './traceRing'

/** Events one answer holds at most, the newest of them. */
export const MAX_TRACE_ANSWER = 1000

interface Deps {
  clock: Pick<Clock, 'now'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo'>
  producers: Pick<ProducerManager, 'clientIdOf'>
  /** gantryTraceEvents; 0: nothing is traced. */
  capacity: number
  bootTimestamp: number
}

const codes = Object.fromEntries(traceKinds.map((kind, code) => [kind, code])) as Readonly<
  Record<TraceKind, number>
>

export class MessageTrace {
  private readonly ring: TraceRing
  private readonly names: TraceNames
  private readonly isOn: boolean
  /** Who a connection was: a member that leaves tells its last progress when it is in the group no more. */
  private readonly members = new WeakMap<ClientConnection, string>()

  constructor(private readonly deps: Deps) {
    this.ring = new TraceRing(deps.capacity)
    this.names = new TraceNames((mark) => this.ring.markNames(mark))
    this.isOn = deps.capacity > 0
  }

  /** One event a request, whatever it holds; `at` is when it was stored. */
  put(
    at: number,
    topic: string,
    queueId: number,
    queueOffset: number,
    messages: number,
    group: string,
    connection: ClientConnection
  ): void {
    if (!this.isOn) return
    const client = this.producerOf(group, connection)
    this.push(at, 'put', topic, queueId, queueOffset, messages, group, client)
  }

  /** One event for messages side by side: of an answer without a filter one in all. Tools that look are no consumers. */
  delivered(
    kind: 'pull' | 'pop',
    topic: string,
    queueId: number,
    queueOffsets: readonly number[],
    group: string,
    connection: ClientConnection
  ): void {
    if (!this.isOn || group === TOOLS_CONSUMER_GROUP) return
    const client = this.consumerOf(group, connection)
    const at = this.deps.clock.now()
    for (let i = 0; i < queueOffsets.length;) {
      const from = queueOffsets[i]!
      let count = 1
      while (queueOffsets[i + count] === from + count) count++
      this.push(at, kind, topic, queueId, from, count, group, client)
      i += count
    }
  }

  /** A group's progress passed messages, or went back before them; not that of the broker's own readers. */
  moved({ group, topic, queueId, from, to, connection }: OffsetMove): void {
    if (!this.isOn || from === to || group.startsWith(CID_RMQ_SYS_PREFIX)) return
    const client = connection ? this.consumerOf(group, connection) : ''
    const kind = to > from ? 'commit' : 'rewind'
    const [low, high] = to > from ? [from, to] : [to, from]
    const at = this.deps.clock.now()
    this.push(at, kind, topic, queueId, low, high - low, group, client)
  }

  /** What became of a half message. */
  transaction(
    kind: 'check' | 'rollback',
    { topic, queueId, queueOffset }: TracePlace,
    group: string,
    connection: ClientConnection
  ): void {
    if (!this.isOn) return
    const client = this.producerOf(group, connection)
    this.push(this.deps.clock.now(), kind, topic, queueId, queueOffset, 1, group, client)
  }

  /** What a group did with one message. */
  event(
    kind: 'ack' | 'invisible' | 'sendBack' | 'dead',
    topic: string,
    queueId: number,
    queueOffset: number,
    group: string,
    connection: ClientConnection
  ): void {
    if (!this.isOn) return
    const client = this.consumerOf(group, connection)
    const at = this.deps.clock.now()
    this.push(at, kind, topic, queueId, queueOffset, 1, group, client)
  }

  /** A topic of the same name counts its messages from the beginning. */
  onTopicDeleted(topic: string): void {
    this.names.forget(topic)
  }

  /** Events before it are not known. */
  get since(): number {
    return this.ring.droppedBefore ?? this.deps.bootTimestamp
  }

  /** Oldest first; the newest MAX_TRACE_ANSWER. */
  find(places: readonly TracePlace[]): BrokerTraceEvent[] {
    const wanted = new Map<number, TracePlace[]>()
    for (const place of places) {
      const topic = this.names.known(place.topic)
      if (topic === undefined) continue
      const there = wanted.get(topic)
      if (there) there.push(place)
      else wanted.set(topic, [place])
    }
    const concerns = (topic: number, queueId: number, from: number, count: number): boolean =>
      (wanted.get(topic) ?? []).some(
        ({ queueId: id, queueOffset: offset }) =>
          id === queueId && offset >= from && offset < from + count
      )
    const rows = [...this.ring.of(new Set(wanted.keys()), concerns)]
    return rows.slice(-MAX_TRACE_ANSWER).map((row) => this.eventOf(row))
  }

  private eventOf({ kind, topic, group, client, ...rest }: TraceRow): BrokerTraceEvent {
    return {
      ...rest,
      kind: traceKinds[kind]!,
      topic: this.names.nameOf(topic),
      group: this.names.nameOf(group),
      client: this.names.nameOf(client)
    }
  }

  private producerOf(group: string, connection: ClientConnection): string {
    return this.deps.producers.clientIdOf(group, connection) ?? connection.remoteAddress
  }

  private consumerOf(group: string, connection: ClientConnection): string {
    const { deps, members } = this
    const clientId = deps.consumers.getConsumerGroupInfo(group)?.channels.get(connection)?.clientId
    if (clientId === undefined) return members.get(connection) ?? connection.remoteAddress
    if (members.get(connection) !== clientId) members.set(connection, clientId)
    return clientId
  }

  private push(
    at: number,
    kind: TraceKind,
    topic: string,
    queueId: number,
    from: number,
    count: number,
    group: string,
    client: string
  ): void {
    const { ring, names } = this
    const [topicId, groupId, clientId] = [names.idOf(topic), names.idOf(group), names.idOf(client)]
    ring.push(at, codes[kind], topicId, queueId, from, count, groupId, clientId)
  }
}
