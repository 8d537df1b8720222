/** Everything that is counted by name and key. Java: BrokerStatsManager's statsTable, StatsItemSet. */
import { STATS_SPANS, StatsItem, type StatsSpan, type StatsUnit } from './statsItem'

/** Keys of one kind that are counted; those beyond it count in the broker's totals only. */
export const MAX_STATS_ITEMS = 10_000

/** What is counted, by the form of its keys. */
const kinds = [
  'topicPut',
  'topicPutLatency',
  'queuePut',
  'queueGet',
  'groupGet',
  'groupGetLatency',
  'groupAck',
  'groupCk',
  'sendBack',
  'deadLetters',
  'brokerPut',
  'brokerPutWithoutSystemTopic',
  'brokerGet',
  'brokerGetWithoutSystemTopic',
  'brokerAck',
  'brokerCk'
] as const
export type StatsKind = (typeof kinds)[number]

/** RocketMQ's names. */
const statsNames: Readonly<Record<string, readonly [StatsKind, StatsUnit]>> = {
  TOPIC_PUT_NUMS: ['topicPut', 'messages'],
  TOPIC_PUT_SIZE: ['topicPut', 'bytes'],
  TOPIC_PUT_LATENCY: ['topicPutLatency', 'messages'],
  QUEUE_PUT_NUMS: ['queuePut', 'messages'],
  QUEUE_PUT_SIZE: ['queuePut', 'bytes'],
  QUEUE_GET_NUMS: ['queueGet', 'messages'],
  QUEUE_GET_SIZE: ['queueGet', 'bytes'],
  GROUP_GET_NUMS: ['groupGet', 'messages'],
  GROUP_GET_SIZE: ['groupGet', 'bytes'],
  GROUP_GET_LATENCY: ['groupGetLatency', 'messages'],
  GROUP_ACK_NUMS: ['groupAck', 'messages'],
  GROUP_CK_NUMS: ['groupCk', 'messages'],
  SNDBCK_PUT_NUMS: ['sendBack', 'messages'],
  SNDBCK2DLQ_TIMES: ['deadLetters', 'messages'],
  BROKER_PUT_NUMS: ['brokerPut', 'messages'],
  BROKER_PUT_NUMS_WITHOUT_SYSTEM_TOPIC: ['brokerPutWithoutSystemTopic', 'messages'],
  BROKER_GET_NUMS: ['brokerGet', 'messages'],
  BROKER_GET_NUMS_WITHOUT_SYSTEM_TOPIC: ['brokerGetWithoutSystemTopic', 'messages'],
  BROKER_ACK_NUMS: ['brokerAck', 'messages'],
  BROKER_CK_NUMS: ['brokerCk', 'messages']
}

export type StatsView = Record<'statsMinute' | 'statsHour' | 'statsDay', object>

/** Keys that begin with a queue id, made once: a new text would have to be hashed with each message. */
export class QueueKeys {
  private readonly keys = new Map<string, string[]>()

  of(queueId: number, rest: string): string {
    const known = this.keys.get(rest)
    if (known) return (known[queueId] ??= `${queueId}@${rest}`)
    if (this.keys.size < MAX_STATS_ITEMS) this.keys.set(rest, [])
    return `${queueId}@${rest}`
  }

  delete(rest: string): void {
    this.keys.delete(rest)
  }
}

const DEAD_LETTER_SUFFIX = '@SEND_BACK_TO_DLQ'

/** The key of SNDBCK2DLQ_TIMES; it begins with an owner nobody has. Java: buildCommercialStatsKey. */
export const deadLetterKey = (group: string, topic: string): string =>
  `null@${topic}@${group}${DEAD_LETTER_SUFFIX}`

export class StatsTable {
  private readonly items = Object.fromEntries(kinds.map((kind) => [kind, new Map()])) as Readonly<
    Record<StatsKind, Map<string, StatsItem>>
  >
  private readonly sampledAt: Record<StatsSpan, number>

  constructor(monotonicNow: number) {
    this.sampledAt = { minute: monotonicNow, hour: monotonicNow, day: monotonicNow }
  }

  add(kind: StatsKind, key: string, messages: number, bytes: number, times = 1): void {
    const items = this.items[kind]
    let item = items.get(key)
    if (item === undefined) {
      if (items.size >= MAX_STATS_ITEMS) return
      items.set(key, (item = new StatsItem()))
    }
    item.add(messages, bytes, times)
  }

  /** Takes the samples whose time has come, of all items at once. */
  sample(monotonicNow: number): void {
    for (const span of ['minute', 'hour', 'day'] as const) {
      const { periodMs } = STATS_SPANS[span]
      const periods = Math.floor((monotonicNow - this.sampledAt[span]) / periodMs)
      if (periods <= 0) continue
      this.sampledAt[span] += periods * periodMs
      for (const kind of kinds)
        for (const item of this.items[kind].values()) item.sample(span, monotonicNow)
    }
  }

  /** Undefined for a name that is not kept or a key that was never counted. */
  view(statsName: string, statsKey: string): StatsView | undefined {
    const entry = Object.hasOwn(statsNames, statsName) ? statsNames[statsName] : undefined
    if (!entry) return undefined
    const [kind, unit] = entry
    const item = this.items[kind].get(statsKey)
    return (
      item && {
        statsMinute: item.view('minute', unit),
        statsHour: item.view('hour', unit),
        statsDay: item.view('day', unit)
      }
    )
  }

  /** Per second over the last minute, up to the last sample. */
  tps(kind: StatsKind, key: string): number {
    return this.items[kind].get(key)?.view('minute', 'messages').tps ?? 0
  }

  onTopicDeleted(topic: string): void {
    this.items.topicPut.delete(topic)
    for (const kind of [
      'queuePut',
      'queueGet',
      'groupGet',
      'groupAck',
      'groupCk',
      'sendBack'
    ] as const)
      // prettier-ignore
      this.drop(kind, (key) => key.startsWith(`${topic}@`))
    this.drop('topicPutLatency', (key) => key.endsWith(`@${topic}`))
    for (const kind of ['groupGetLatency', 'deadLetters'] as const)
      this.drop(kind, (key) => key.includes(`@${topic}@`))
  }

  onGroupDeleted(group: string): void {
    for (const kind of [
      'queueGet',
      'groupGet',
      'groupGetLatency',
      'groupAck',
      'groupCk',
      'sendBack'
    ] as const)
      // prettier-ignore
      this.drop(kind, (key) => key.endsWith(`@${group}`))
    this.drop('deadLetters', (key) => key.endsWith(`@${group}${DEAD_LETTER_SUFFIX}`))
  }

  private drop(kind: StatsKind, isGone: (key: string) => boolean): void {
    const items = this.items[kind]
    for (const key of items.keys()) if (isGone(key)) items.delete(key)
  }
}
