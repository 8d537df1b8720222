/** Bodies a slave reads from its master: 43, 45, 60, 402. Java: SlaveSynchronize. */
import { readLong, writeLong } from '../message/messageCodec'
import { readDataVersion, type DataVersion } from './dataVersion'
import { readSetMessageRequestMode, type SetMessageRequestMode } from './pop'
import { asObject, numberOf, type Json } from './read'
import { ObjectKeyMap } from './rocketmqJson'

/** How far a group is on a topic: queue id to the offset consumed next. */
export interface GroupOffsets {
  readonly topic: string
  readonly group: string
  readonly offsets: ReadonlyMap<number, number>
}

/** GET_ALL_CONSUMER_OFFSET (43). Java: ConsumerOffsetSerializeWrapper. */
export const consumerOffsetsJson = (
  dataVersion: DataVersion,
  entries: Iterable<GroupOffsets>
): Json => {
  const offsetTable = Object.create(null) as Record<string, unknown>
  for (const { topic, group, offsets } of entries)
    offsetTable[`${topic}@${group}`] = new ObjectKeyMap([...offsets])
  return { dataVersion, offsetTable }
}

/** Of a map with numbers for keys; what is no whole number of 0 or more is left out. */
const wholeNumbers = (value: unknown): [key: number, value: number][] =>
  Object.entries(asObject(value) ?? {}).flatMap(([key, item]): [number, number][] => {
    const pair: [number, number] = [Number(key), numberOf(item, -1)]
    return pair.every((number) => Number.isSafeInteger(number) && number >= 0) ? [pair] : []
  })

/** 4.x sends no data version. */
export const readConsumerOffsets = (
  body: Json
): { dataVersion: DataVersion; entries: GroupOffsets[] } => {
  const entries = Object.entries(asObject(body.offsetTable) ?? {}).flatMap(
    ([key, value]): GroupOffsets[] => {
      const at = key.indexOf('@')
      if (at < 0) return []
      const offsets = new Map(wholeNumbers(value))
      return [{ topic: key.slice(0, at), group: key.slice(at + 1), offsets }]
    }
  )
  return { dataVersion: readDataVersion(body.dataVersion), entries }
}

/** GET_ALL_DELAY_OFFSET (45): level to the queue offset delivered next. Java: DelayOffsetSerializeWrapper. */
export const readDelayOffsets = (body: Json): [level: number, offset: number][] =>
  wholeNumbers(body.offsetTable)

/** GET_ALL_MESSAGE_REQUEST_MODE (402). Java: MessageRequestModeSerializeWrapper. */
export const readMessageRequestModes = (body: Json): SetMessageRequestMode[] =>
  Object.entries(asObject(body.messageRequestModeMap) ?? {}).flatMap(([topic, groups]) =>
    Object.entries(asObject(groups) ?? {}).flatMap(([consumerGroup, mode]) => {
      const fields = asObject(mode)
      return fields ? [{ ...readSetMessageRequestMode(fields), topic, consumerGroup }] : []
    })
  )

/** How far timers are delivered: those due before `readDue`, and of those due at it the ones before `readCode`. */
export interface TimerProgress {
  readonly queueOffset: number
  readonly lowOffset: number
  readonly readDue: number
  readonly readCode: number
}

/** RocketMQ's: read time, place in a log of timers (there is none here), two queue offsets, a data version. */
const STOCK_LONGS = 7

/** GET_TIMER_CHECK_POINT (60), with two longs more than RocketMQ reads. Java: TimerCheckpoint.encode. */
export const encodeTimerCheckpoint = (progress: TimerProgress): Buffer => {
  const { readDue, queueOffset, lowOffset, readCode } = progress
  const longs = [Math.max(0, readDue), 0, queueOffset, queueOffset, 0, 0, 0, lowOffset, readCode]
  const body = Buffer.alloc(longs.length * 8)
  longs.forEach((value, i) => writeLong(body, value, i * 8))
  return body
}

/** Of a master that tells RocketMQ's longs only, the place a start would read from is not known: undefined. */
export const readTimerCheckpoint = (body: Buffer): TimerProgress | undefined => {
  if (body.length < (STOCK_LONGS + 2) * 8) return undefined
  const at = (i: number): number => readLong(body, i * 8)
  return {
    queueOffset: at(2),
    lowOffset: at(STOCK_LONGS),
    readDue: at(0),
    readCode: at(STOCK_LONGS + 1)
  }
}
