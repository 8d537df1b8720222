/** The judge's evidence, taken from an open store. */
import { decodeMessage } from '../../src/main/protocol/message/messageCodec'
import type { MessageStore } from '../../src/main/store/messageStore'
import type {
  Observation,
  ObservedLookup,
  ObservedMessage,
  ObservedOffset,
  ObservedQueue
} from './observation'
import {
  identifyByBody,
  keysToLookUp,
  LOOKUP_MAX_NUM,
  observedHit,
  observedMessage,
  type ObserveOptions
} from './readable'

type ReadableStore = Pick<
  MessageStore,
  'getMessage' | 'queryMessage' | 'queueIdsOf' | 'getMinOffsetInQueue' | 'getMaxOffsetInQueue'
>

export interface ObserveStoreOptions extends ObserveOptions {
  /** The topics users see; half messages and the like lie in others. */
  topics: readonly string[]
  /** Queues to read besides those that hold messages: `topic` and how many it has. */
  queues?: readonly { topic: string; queueId: number }[]
  /** What the consumer offset manager says; a store knows none. */
  committed?: readonly ObservedOffset[]
}

const observeQueue = async (
  store: ReadableStore,
  topic: string,
  queueId: number,
  { identify = identifyByBody }: ObserveOptions
): Promise<ObservedQueue> => {
  const minOffset = store.getMinOffsetInQueue(topic, queueId)
  const maxOffset = store.getMaxOffsetInQueue(topic, queueId)
  const messages: ObservedMessage[] = []
  for (let offset = minOffset; offset < maxOffset;) {
    const result = await store.getMessage({ topic, queueId, offset, maxMsgNums: 32 })
    for (const bytes of result.messages)
      messages.push(observedMessage(decodeMessage(bytes), identify))
    // A pull that stands still leaves what lies behind it unread: the judge sees a hole.
    if (result.nextBeginOffset <= offset) break
    offset = result.nextBeginOffset
  }
  return { topic, queueId, minOffset, maxOffset, messages }
}

const lookUp = async (
  store: ReadableStore,
  topic: string,
  key: string
): Promise<ObservedLookup> => {
  const { messages } = await store.queryMessage({
    ...{ topic, key, maxNum: LOOKUP_MAX_NUM },
    ...{ beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
  })
  const hits = messages.map((bytes) => observedHit(decodeMessage(bytes)))
  return { topic, key, maxNum: LOOKUP_MAX_NUM, hits }
}

export const observeStore = async (
  store: ReadableStore,
  options: ObserveStoreOptions
): Promise<Observation> => {
  const queues: ObservedQueue[] = []
  const lookups: ObservedLookup[] = []
  for (const topic of options.topics) {
    const more = (options.queues ?? []).filter((queue) => queue.topic === topic)
    const ids = new Set([...store.queueIdsOf(topic), ...more.map(({ queueId }) => queueId)])
    const here: ObservedQueue[] = []
    for (const queueId of ids) here.push(await observeQueue(store, topic, queueId, options))
    queues.push(...here)
    for (const key of keysToLookUp(
      here.flatMap(({ messages }) => messages),
      options
    ))
      lookups.push(await lookUp(store, topic, key))
  }
  return { queues, lookups, committed: options.committed ?? [] }
}
