import { asObject, numberOf, objectsOf, textOf, type Json } from './read'

/** Java: MessageQueue. */
export interface MessageQueue {
  brokerName: string
  queueId: number
  topic: string
}

/** In the order fastjson writes the keys, so that equal queues are equal text. */
export const messageQueue = (topic: string, brokerName: string, queueId: number): MessageQueue => ({
  brokerName,
  queueId,
  topic
})

export const readMessageQueue = (value: Json): MessageQueue =>
  messageQueue(textOf(value.topic), textOf(value.brokerName), numberOf(value.queueId, -1))

/** LOCK_BATCH_MQ (41), UNLOCK_BATCH_MQ (42). Java: LockBatchRequestBody, UnlockBatchRequestBody. */
export interface LockBatchBody {
  consumerGroup: string
  clientId: string
  mqSet: MessageQueue[]
}

export const readLockBatchBody = (body: Json): LockBatchBody => ({
  consumerGroup: textOf(body.consumerGroup),
  clientId: textOf(body.clientId),
  mqSet: objectsOf(body.mqSet).map(readMessageQueue)
})

/** A raw-keyed map read by `parseJson`: keys are the JSON text of the queue. */
export const readQueueKey = (key: string): MessageQueue | undefined => {
  try {
    const object = asObject(JSON.parse(key))
    return object && readMessageQueue(object)
  } catch {
    return undefined
  }
}
