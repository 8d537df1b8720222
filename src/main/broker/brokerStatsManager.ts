import type { Clock } from '../base/clock'
import type { Disposable } from '../base/disposable'
import { isSystemTopic } from '../protocol/topicNames'
import type { BrokerStats } from './brokerStats'
import { PutMessageTimes } from './putMessageTimes'
import { deadLetterKey, QueueKeys, StatsTable, type StatsView } from './statsTable'

const SAMPLE_PERIOD_MS = 1000

/** Seconds of samples kept: the longest rate is over ten minutes. */
const KEPT_SAMPLES = 601

interface Totals {
  /** Messages stored, and their bodies' bytes. */
  put: number
  putBytes: number
  putFailed: number
  /** Messages handed to consumers, and their stored bytes. */
  transferred: number
  transferredBytes: number
  /** Pulls that found something, and those that did not. */
  found: number
  miss: number
}
export type Rate = 'put' | 'found' | 'miss' | 'transferred'

interface Sample {
  at: number
  totals: Totals
}

interface Deps {
  clock: Pick<Clock, 'monotonic' | 'real'>
  cluster: string
  days: Pick<BrokerStats, 'incPut' | 'incGet'>
}

/**
 * What passed through this broker since its start, on real time: a virtual clock changes no rate. Java:
 * BrokerStatsManager, StoreStatsService.
 */
export class BrokerStatsManager {
  readonly totals: Totals = {
    put: 0,
    putBytes: 0,
    putFailed: 0,
    transferred: 0,
    transferredBytes: 0,
    found: 0,
    miss: 0
  }

  private readonly table: StatsTable
  private readonly times: PutMessageTimes
  private readonly queueKeys = new QueueKeys()
  private readonly samples: Sample[] = []

  constructor(private readonly deps: Deps) {
    const now = deps.clock.monotonic()
    this.table = new StatsTable(now)
    this.times = new PutMessageTimes(now)
    this.samples.push({ at: now, totals: { ...this.totals } })
  }

  start(): Disposable {
    return this.deps.clock.real.every(SAMPLE_PERIOD_MS, () => this.sample())
  }

  /** Messages stored with one request, in the topic they lie in: that of parked ones is not the one they were sent to. */
  incPut(topic: string, messages: number, bytes: number): void {
    const { cluster, days } = this.deps
    this.totals.put += messages
    this.totals.putBytes += bytes
    this.incTopicPut(topic, messages, bytes)
    this.table.add('brokerPut', cluster, messages, 0, 0)
    if (isSystemTopic(topic)) return
    this.table.add('brokerPutWithoutSystemTopic', cluster, messages, 0, 0)
    days.incPut(messages)
  }

  /** Of what no client sent: it is none of the broker's puts. */
  incTopicPut(topic: string, messages: number, bytes: number): void {
    this.table.add('topicPut', topic, messages, bytes)
  }

  /** RocketMQ counts the queues of SCHEDULE_TOPIC_XXXX only, one per delay level. */
  incQueuePut(topic: string, queueId: number, messages: number, bytes: number): void {
    this.table.add('queuePut', `${topic}@${queueId}`, messages, bytes)
  }

  /** Time a send took to be stored, in ms. */
  incPutLatency(topic: string, queueId: number, ms: number): void {
    const whole = Math.floor(ms)
    this.times.add(whole)
    this.table.add('topicPutLatency', this.queueKeys.of(queueId, topic), whole, 0)
  }

  incPutFailed(): void {
    this.totals.putFailed++
  }

  incGet(group: string, topic: string, messages: number, bytes: number): void {
    const { cluster, days } = this.deps
    this.totals.found++
    this.totals.transferred += messages
    this.totals.transferredBytes += bytes
    this.incGroupGet(group, topic, messages, bytes)
    this.table.add('brokerGet', cluster, messages, 0, 0)
    if (isSystemTopic(topic)) return
    this.table.add('brokerGetWithoutSystemTopic', cluster, messages, 0, 0)
    days.incGet(messages)
  }

  /** Of what a part of the broker reads itself: it is none of the broker's gets. */
  incGroupGet(group: string, topic: string, messages: number, bytes: number): void {
    this.table.add('groupGet', `${topic}@${group}`, messages, bytes)
  }

  incQueueGet(
    group: string,
    topic: string,
    queueId: number,
    messages: number,
    bytes: number
  ): void {
    this.table.add('queueGet', `${topic}@${queueId}@${group}`, messages, bytes)
  }

  /** Time a pull that found something took, in ms, without what it waited. */
  incGetLatency(group: string, topic: string, queueId: number, ms: number): void {
    this.table.add('groupGetLatency', `${queueId}@${topic}@${group}`, Math.floor(ms), 0)
  }

  incGetMiss(): void {
    this.totals.miss++
  }

  /** Popped messages a group acknowledged. Java: incGroupAckNums, incBrokerAckNums. */
  incAck(group: string, topic: string, messages: number): void {
    this.table.add('groupAck', `${topic}@${group}`, messages, 0)
    this.table.add('brokerAck', this.deps.cluster, messages, 0, 0)
  }

  /** Check points of popped messages. Java: incGroupCkNums, incBrokerCkNums. */
  incCk(group: string, topic: string, checkPoints: number): void {
    this.table.add('groupCk', `${topic}@${group}`, checkPoints, 0)
    this.table.add('brokerCk', this.deps.cluster, checkPoints, 0, 0)
  }

  /** A message that the group gave back, by the topic it was sent to first. Java: incSendBackNums. */
  incSendBack(group: string, topic: string): void {
    this.table.add('sendBack', `${topic}@${group}`, 1, 0)
  }

  /** Of those, one that went to the dead letters. Java: incDLQStatValue. */
  incSendBackToDLQ(group: string, topic: string): void {
    this.table.add('deadLetters', deadLetterKey(group, topic), 1, 0)
  }

  onTopicDeleted(topic: string): void {
    this.queueKeys.delete(topic)
    this.table.onTopicDeleted(topic)
  }

  onGroupDeleted(group: string): void {
    this.table.onGroupDeleted(group)
  }

  /** Per second over about the last `seconds`, 600 at most. */
  tps(rate: Rate, seconds: number): number {
    const last = this.samples[this.samples.length - 1]!
    const first = this.samples[Math.max(0, this.samples.length - 1 - seconds)]!
    const elapsed = last.at - first.at
    return elapsed > 0 ? ((last.totals[rate] - first.totals[rate]) * 1000) / elapsed : 0
  }

  tpsPutOf(topic: string): number {
    return this.table.tps('topicPut', topic)
  }

  tpsGetOf(group: string, topic: string): number {
    return this.table.tps('groupGet', `${topic}@${group}`)
  }

  /** VIEW_BROKER_STATS_DATA (315); undefined for a name that is not kept or a key that was never counted. */
  view(statsName: string, statsKey: string): StatsView | undefined {
    return this.table.view(statsName, statsKey)
  }

  /** Its keys in GET_BROKER_RUNTIME_INFO (28). */
  putTimes(): Record<string, string> {
    return this.times.table()
  }

  private sample(): void {
    const at = this.deps.clock.monotonic()
    this.samples.push({ at, totals: { ...this.totals } })
    if (this.samples.length > KEPT_SAMPLES) this.samples.shift()
    this.table.sample(at)
    this.times.sample(at)
  }
}
