/** What waits on one broker, read from its system topics as any consumer could. */
import type { ScheduledBroker, ScheduledMessage } from '../../../shared/scheduledViews'
import type { Admin } from '../../admin/admin'
import type { BrokerRef } from '../../admin/adminCall'
import type { MessageExt } from '../../client/messageExt'
import { messageQueue, type MessageQueue } from '../../protocol/bodies/messageQueue'
import { parseDelayLevels } from '../../protocol/delayLevels'
import {
  RMQ_SYS_SCHEDULE_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC,
  RMQ_SYS_TRANS_OP_HALF_TOPIC,
  TIMER_TOPIC
} from '../../protocol/topicNames'
import { cancelledKeyOf, scheduledMessage } from './scheduledMessage'

export type ScanAdmin = Pick<
  Admin,
  | 'getBrokerConfig'
  | 'getAllDelayOffset'
  | 'countTimers'
  | 'lowTimerOffset'
  | 'transactionOffsets'
  | 'examineTopicStatsAt'
  | 'browse'
>

/** RocketMQ's own table, where a broker does not tell it. */
const DEFAULT_LEVELS = '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h'

/** Messages read at once. */
const BLOCK = 32
/** Op messages read, each with some hundred half messages it decides. */
const MAX_OPS = 2000

export interface Scan {
  messages: ScheduledMessage[]
  scanned: number
  left: number
}

interface Range {
  lo: number
  end: number
}

interface Context {
  admin: ScanAdmin
  broker: BrokerRef
  now: number
  /** Stored messages to be read. */
  budget: number
  delays: readonly number[]
}

const nothing: Scan = { messages: [], scanned: 0, left: 0 }

const joined = (scans: readonly Scan[]): Scan => ({
  messages: scans.flatMap(({ messages }) => messages),
  scanned: scans.reduce((sum, { scanned }) => sum + scanned, 0),
  left: scans.reduce((sum, { left }) => sum + left, 0)
})

/** The messages of a range that are there, oldest block first or newest first, until `use` says no more. */
const readBlocks = async (
  { admin }: Pick<Context, 'admin'>,
  queue: MessageQueue,
  { lo, end }: Range,
  from: 'oldest' | 'newest',
  use: (messages: readonly MessageExt[], size: number) => void
): Promise<void> => {
  for (let done = 0; done < end - lo; done += BLOCK) {
    const size = Math.min(BLOCK, end - lo - done)
    const offset = from === 'oldest' ? lo + done : end - done - size
    const { messages } = await admin.browse({ queue, offset, limit: size })
    use(
      messages.filter(({ queueOffset }) => queueOffset >= offset && queueOffset < offset + size),
      size
    )
  }
}

const rangesOf = async ({ admin, broker }: Context, topic: string): Promise<Map<number, Range>> => {
  const { offsets } = await admin.examineTopicStatsAt(broker.address, topic)
  return new Map(
    offsets.map(({ queue, minOffset, maxOffset }) => [
      queue.queueId,
      { lo: minOffset, end: maxOffset }
    ])
  )
}

/** Each level is a queue in the order in which it is due. */
const scanLevels = async (context: Context): Promise<{ waiting: number; scan: Scan }> => {
  const { admin, broker, budget, delays } = context
  const [ranges, delivered] = await Promise.all([
    rangesOf(context, RMQ_SYS_SCHEDULE_TOPIC),
    admin.getAllDelayOffset(broker.address)
  ])
  const levels = [...ranges].flatMap(([queueId, { lo, end }]) => {
    const from = Math.max(lo, delivered.get(queueId + 1) ?? lo)
    return end > from ? [{ queueId, lo: from, end }] : []
  })
  const share = Math.ceil(budget / Math.max(1, levels.length))
  const scans = await Promise.all(
    levels.map(async ({ queueId, lo, end }): Promise<Scan> => {
      const scan: Scan = { messages: [], scanned: 0, left: Math.max(0, end - lo - share) }
      const queue = messageQueue(RMQ_SYS_SCHEDULE_TOPIC, broker.brokerName, queueId)
      const range = { lo, end: Math.min(end, lo + share) }
      await readBlocks(context, queue, range, 'oldest', (messages, size) => {
        scan.scanned += size
        for (const message of messages) {
          const found = scheduledMessage(message, delays)
          if (found) scan.messages.push(found)
        }
      })
      return scan
    })
  )
  const waiting = levels.reduce((sum, { lo, end }) => sum + end - lo, 0)
  return { waiting, scan: joined(scans) }
}

/** In the order in which they were sent; what cancels one, or stands for an older copy of it, comes later. */
const scanTimers = async (context: Context): Promise<Scan> => {
  const { admin, broker, budget, delays, now } = context
  const range = (await rangesOf(context, TIMER_TOPIC)).get(0)
  if (!range || range.end === range.lo) return nothing
  const low = await admin.lowTimerOffset(broker.address)
  const lo = Math.min(Math.max(range.lo, low ?? 0), range.end)
  const scan: Scan = { messages: [], scanned: 0, left: Math.max(0, range.end - lo - budget) }
  const past = new Set<string>()
  const queue = messageQueue(TIMER_TOPIC, broker.brokerName, 0)
  const read = { lo: Math.max(lo, range.end - budget), end: range.end }
  await readBlocks(context, queue, read, 'newest', (messages, size) => {
    scan.scanned += size
    for (const message of messages.toReversed()) {
      const cancelled = cancelledKeyOf(message)
      if (cancelled !== undefined) {
        past.add(cancelled)
        continue
      }
      const found = scheduledMessage(message, delays)
      if (!found || past.has(message.msgId)) continue
      past.add(message.msgId)
      if ((found.dueAt ?? 0) > now) scan.messages.push(found)
    }
  })
  return scan
}

/** Half offsets that the op queue says are decided. 5.x writes several to a message. */
const decidedHalves = async (context: Context, from: number): Promise<ReadonlySet<number>> => {
  const { broker } = context
  const decided = new Set<number>()
  const range = (await rangesOf(context, RMQ_SYS_TRANS_OP_HALF_TOPIC)).get(0)
  if (!range) return decided
  const queue = messageQueue(RMQ_SYS_TRANS_OP_HALF_TOPIC, broker.brokerName, 0)
  const read = { lo: Math.max(range.lo, from, range.end - MAX_OPS), end: range.end }
  await readBlocks(context, queue, read, 'oldest', (messages) => {
    for (const { body } of messages)
      for (const text of body.toString('latin1').split(','))
        if (/^\d{1,16}$/.test(text)) decided.add(Number(text))
  })
  return decided
}

const scanHalves = async (context: Context): Promise<{ atMost: number; scan: Scan }> => {
  const { admin, broker, budget, delays } = context
  const range = (await rangesOf(context, RMQ_SYS_TRANS_HALF_TOPIC)).get(0)
  if (!range || range.end === range.lo) return { atMost: 0, scan: nothing }
  const known = await admin.transactionOffsets(broker.address)
  const lo = Math.min(Math.max(range.lo, known.half ?? 0), range.end)
  if (range.end === lo) return { atMost: 0, scan: nothing }
  const decided = await decidedHalves(context, known.op ?? 0)
  const scan: Scan = { messages: [], scanned: 0, left: Math.max(0, range.end - lo - budget) }
  const seen = new Set<string>()
  const queue = messageQueue(RMQ_SYS_TRANS_HALF_TOPIC, broker.brokerName, 0)
  const read = { lo: Math.max(lo, range.end - budget), end: range.end }
  // Newest first: a half message that was asked about lies there again, with what it was asked.
  await readBlocks(context, queue, read, 'newest', (messages, size) => {
    scan.scanned += size
    for (const message of messages.toReversed()) {
      const isOld = seen.has(message.msgId)
      seen.add(message.msgId)
      const found = scheduledMessage(message, delays)
      if (found && !isOld && !decided.has(message.queueOffset)) scan.messages.push(found)
    }
  })
  return { atMost: range.end - lo, scan }
}

export interface BrokerScan extends Scan {
  broker: ScheduledBroker
  /** Parts that could not be asked. */
  failures: unknown[]
}

/** Never rejects: what fails is told beside what was found. */
export const scanBroker = async (context: Omit<Context, 'delays'>): Promise<BrokerScan> => {
  const { admin, broker } = context
  const failures: unknown[] = []
  const orElse = async <T>(asked: Promise<T>): Promise<T | undefined> => {
    try {
      return await asked
    } catch (error) {
      failures.push(error)
      return undefined
    }
  }
  const config = await orElse(admin.getBrokerConfig(broker.address))
  const delays =
    parseDelayLevels(config?.get('messageDelayLevel') ?? DEFAULT_LEVELS) ??
    parseDelayLevels(DEFAULT_LEVELS) ??
    []
  const full = { ...context, delays }
  const [levels, timers, count, halves] = await Promise.all([
    orElse(scanLevels(full)),
    orElse(scanTimers(full)),
    orElse(admin.countTimers(broker.address)),
    orElse(scanHalves(full))
  ])
  return {
    ...joined([levels?.scan ?? nothing, timers ?? nothing, halves?.scan ?? nothing]),
    failures,
    broker: {
      brokerName: broker.brokerName,
      ...(levels && { levels: levels.waiting }),
      ...(count !== undefined && { timers: count }),
      ...(halves && { halvesAtMost: halves.atMost }),
      isRecallEnabled: config?.get('recallMessageEnable') === 'true'
    }
  }
}
