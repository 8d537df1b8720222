/** What a consumer says of itself. Java: ConsumerRunningInfo, ProcessQueueInfo, PopProcessQueueInfo, ConsumeStatus. */
import { readSubscriptionData, type SubscriptionData } from './heartbeat'
import { readQueueKey, type MessageQueue } from './messageQueue'
import { asObject, booleanOf, numberOf, objectsOf, textOf, type Json } from './read'

/** A queue it pulls. Java: ProcessQueueInfo. */
export interface ProcessQueueInfo {
  queue: MessageQueue
  commitOffset: number
  cachedMsgMinOffset: number
  cachedMsgMaxOffset: number
  cachedMsgCount: number
  cachedMsgSizeInMiB: number
  locked: boolean
  /** Java spells it `droped`. */
  dropped: boolean
  lastPullTimestamp: number
  lastConsumeTimestamp: number
}

/** A queue it pops. Java: PopProcessQueueInfo. */
export interface PopProcessQueueInfo {
  queue: MessageQueue
  waitAckCount: number
  dropped: boolean
  lastPopTimestamp: number
}

/** Of one topic; times in ms, rates a second. Java: ConsumeStatus. */
export interface ConsumeStatus {
  topic: string
  pullRT: number
  pullTPS: number
  consumeRT: number
  consumeOKTPS: number
  consumeFailedTPS: number
  consumeFailedMsgs: number
}

export interface ConsumerRunningInfo {
  properties: [string, string][]
  subscriptions: SubscriptionData[]
  queues: ProcessQueueInfo[]
  popQueues: PopProcessQueueInfo[]
  statuses: ConsumeStatus[]
  jstack?: string
}

const entriesOf = (table: unknown): [string, Json][] =>
  Object.entries(asObject(table) ?? {}).flatMap(([key, value]): [string, Json][] => {
    const fields = asObject(value)
    return fields ? [[key, fields]] : []
  })

const byQueue = <T>(
  table: unknown,
  read: (value: Json) => T
): (T & {
  queue: MessageQueue
})[] =>
  entriesOf(table).flatMap(([key, value]) => {
    const queue = readQueueKey(key)
    return queue ? [{ queue, ...read(value) }] : []
  })

/** GET_CONSUMER_RUNNING_INFO (307). */
export const readConsumerRunningInfo = (body: Json): ConsumerRunningInfo => ({
  properties: Object.entries(asObject(body.properties) ?? {}).map(([key, value]) => [
    key,
    textOf(value)
  ]),
  subscriptions: objectsOf(body.subscriptionSet).map(readSubscriptionData),
  queues: byQueue(body.mqTable, (value) => ({
    commitOffset: numberOf(value.commitOffset, -1),
    cachedMsgMinOffset: numberOf(value.cachedMsgMinOffset, 0),
    cachedMsgMaxOffset: numberOf(value.cachedMsgMaxOffset, 0),
    cachedMsgCount: numberOf(value.cachedMsgCount, 0),
    cachedMsgSizeInMiB: numberOf(value.cachedMsgSizeInMiB, 0),
    locked: booleanOf(value.locked, false),
    dropped: booleanOf(value.droped, false),
    lastPullTimestamp: numberOf(value.lastPullTimestamp, 0),
    lastConsumeTimestamp: numberOf(value.lastConsumeTimestamp, 0)
  })),
  popQueues: byQueue(body.mqPopTable, (value) => ({
    waitAckCount: numberOf(value.waitAckCount, 0),
    dropped: booleanOf(value.droped, false),
    lastPopTimestamp: numberOf(value.lastPopTimestamp, 0)
  })),
  statuses: entriesOf(body.statusTable).map(([topic, value]) => ({
    topic,
    pullRT: numberOf(value.pullRT, 0),
    pullTPS: numberOf(value.pullTPS, 0),
    consumeRT: numberOf(value.consumeRT, 0),
    consumeOKTPS: numberOf(value.consumeOKTPS, 0),
    consumeFailedTPS: numberOf(value.consumeFailedTPS, 0),
    consumeFailedMsgs: numberOf(value.consumeFailedMsgs, 0)
  })),
  ...(typeof body.jstack === 'string' && { jstack: body.jstack })
})
