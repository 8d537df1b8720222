import type { Clock } from '../base/clock'
import type { Disposable } from '../base/disposable'
import { StatsItem, type StatsSnapshot, type StatsUnit } from './statsItem'

const SAMPLE_PERIOD_MS = 1000

/** Seconds of samples kept: the longest rate is over ten minutes. */
const KEPT_SAMPLES = 601

/** Topics, and topics with groups, counted one by one; those beyond it count in the totals only. */
export const MAX_STATS_ITEMS = 10_000

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

type Kind = 'topic' | 'group' | 'sendBack' | 'deadLetters' | 'brokerPut' | 'brokerGet'

const statsNames: Readonly<Record<string, [Kind, StatsUnit]>> = {
  // prettier-ignore
  TOPIC_PUT_NUMS: ['topic', 'messages'],
  TOPIC_PUT_SIZE: ['topic', 'bytes'],
  GROUP_GET_NUMS: ['group', 'messages'],
  GROUP_GET_SIZE: ['group', 'bytes'],
  BROKER_PUT_NUMS: ['brokerPut', 'messages'],
  BROKER_GET_NUMS: ['brokerGet', 'messages'],
  SNDBCK_PUT_NUMS: ['sendBack', 'messages'],
  SNDBCK2DLQ_TIMES: ['deadLetters', 'messages']
}

/** What passed through this broker since its start. Java: BrokerStatsManager, StoreStatsService, BrokerStats. */
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
  /** Totals at the last two midnights. */
  putTodayMorning = 0
  putYesterdayMorning = 0
  getTodayMorning = 0
  getYesterdayMorning = 0

  private readonly topics = new Map<string, StatsItem>()
  private readonly groups = new Map<string, StatsItem>()
  private readonly sendBacks = new Map<string, StatsItem>()
  private readonly deadLetters = new Map<string, StatsItem>()
  private readonly broker: { brokerPut: StatsItem; brokerGet: StatsItem }
  private readonly samples: Sample[] = []
  private day: string

  constructor(
    private readonly clock: Pick<Clock, 'now' | 'monotonic' | 'real'>,
    private readonly cluster: string
  ) {
    const now = clock.monotonic()
    this.broker = { brokerPut: new StatsItem(now), brokerGet: new StatsItem(now) }
    this.day = this.today()
    this.samples.push({ at: now, totals: { ...this.totals } })
  }

  start(): Disposable {
    return this.clock.real.every(SAMPLE_PERIOD_MS, () => this.sample())
  }

  incPut(topic: string, messages: number, bytes: number): void {
    this.totals.put += messages
    this.totals.putBytes += bytes
    this.itemOf(this.topics, topic)?.add(messages, bytes)
    this.broker.brokerPut.add(messages, bytes)
  }

  incPutFailed(): void {
    this.totals.putFailed++
  }

  incGet(group: string, topic: string, messages: number, bytes: number): void {
    this.totals.found++
    this.totals.transferred += messages
    this.totals.transferredBytes += bytes
    this.itemOf(this.groups, `${topic}@${group}`)?.add(messages, bytes)
    this.broker.brokerGet.add(messages, bytes)
  }

  incGetMiss(): void {
    this.totals.miss++
  }

  /** A message that the group gave back, by the topic it was sent to first. Java: incSendBackNums. */
  incSendBack(group: string, topic: string): void {
    this.itemOf(this.sendBacks, `${topic}@${group}`)?.add(1, 0)
  }

  /** Of those, one that went to the dead letters. Java: incDLQStatValue; its key begins with an owner nobody has. */
  incSendBackToDLQ(group: string, topic: string): void {
    this.itemOf(this.deadLetters, `null@${topic}@${group}@SEND_BACK_TO_DLQ`)?.add(1, 0)
  }

  onTopicDeleted(topic: string): void {
    this.topics.delete(topic)
    for (const items of [this.groups, this.sendBacks])
      for (const key of items.keys()) if (key.startsWith(`${topic}@`)) items.delete(key)
    for (const key of this.deadLetters.keys())
      if (key.startsWith(`null@${topic}@`)) this.deadLetters.delete(key)
  }

  onGroupDeleted(group: string): void {
    for (const items of [this.groups, this.sendBacks])
      for (const key of items.keys()) if (key.endsWith(`@${group}`)) items.delete(key)
    for (const key of this.deadLetters.keys())
      if (key.endsWith(`@${group}@SEND_BACK_TO_DLQ`)) this.deadLetters.delete(key)
  }

  /** Per second over about the last `seconds`, 600 at most. */
  tps(rate: Rate, seconds: number): number {
    const last = this.samples[this.samples.length - 1]!
    const first = this.samples[Math.max(0, this.samples.length - 1 - seconds)]!
    const elapsed = last.at - first.at
    return elapsed > 0 ? ((last.totals[rate] - first.totals[rate]) * 1000) / elapsed : 0
  }

  tpsPutOf(topic: string): number {
    return this.topics.get(topic)?.view('minute', 'messages').tps ?? 0
  }

  tpsGetOf(group: string, topic: string): number {
    return this.groups.get(`${topic}@${group}`)?.view('minute', 'messages').tps ?? 0
  }

  /** VIEW_BROKER_STATS_DATA (315); undefined for a name that is not kept or a key that was never counted. */
  view(
    statsName: string,
    statsKey: string
  ): Record<'statsMinute' | 'statsHour' | 'statsDay', StatsSnapshot> | undefined {
    const entry = Object.hasOwn(statsNames, statsName) ? statsNames[statsName] : undefined
    if (!entry) return undefined
    const [kind, unit] = entry
    const item = this.find(kind, statsKey)
    return (
      item && {
        statsMinute: item.view('minute', unit),
        statsHour: item.view('hour', unit),
        statsDay: item.view('day', unit)
      }
    )
  }

  private find(kind: Kind, key: string): StatsItem | undefined {
    if (kind === 'topic') return this.topics.get(key)
    if (kind === 'group') return this.groups.get(key)
    if (kind === 'sendBack') return this.sendBacks.get(key)
    if (kind === 'deadLetters') return this.deadLetters.get(key)
    return key === this.cluster ? this.broker[kind] : undefined
  }

  private itemOf(items: Map<string, StatsItem>, key: string): StatsItem | undefined {
    const present = items.get(key)
    if (present || items.size >= MAX_STATS_ITEMS) return present
    const item = new StatsItem(this.clock.monotonic())
    items.set(key, item)
    return item
  }

  private sample(): void {
    const at = this.clock.monotonic()
    this.samples.push({ at, totals: { ...this.totals } })
    if (this.samples.length > KEPT_SAMPLES) this.samples.shift()
    for (const item of this.topics.values()) item.sample(at)
    for (const items of [this.groups, this.sendBacks, this.deadLetters])
      for (const item of items.values()) item.sample(at)
    this.broker.brokerPut.sample(at)
    this.broker.brokerGet.sample(at)
    const today = this.today()
    if (today === this.day) return
    this.day = today
    this.putYesterdayMorning = this.putTodayMorning
    this.getYesterdayMorning = this.getTodayMorning
    this.putTodayMorning = this.totals.put
    this.getTodayMorning = this.totals.transferred
  }

  private today(): string {
    return new Date(this.clock.now()).toDateString()
  }
}
