/** The judge's evidence, taken from a broker as any client would take it. */
import { SUB_ALL } from '../../src/main/protocol/bodies/heartbeat'
import { RequestCode } from '../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../src/main/protocol/codes/responseCode'
import {
  OffsetResponseHeader,
  QueryConsumerOffsetRequestHeader,
  QueryMessageRequestHeader
} from '../../src/main/protocol/headers/consume'
import { decodeMessages } from '../../src/main/protocol/message/messageCodec'
import { RemotingError } from '../../src/main/protocol/remotingCommand'
import { TOOLS_CONSUMER_GROUP } from '../../src/main/protocol/topicNames'
import { getMaxOffset, getMinOffset } from '../../src/main/client/brokerCalls'
import { pullMessage } from '../../src/main/client/pullMessage'
import type { RemotingClient } from '../../src/main/remoting/client'
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

const TIMEOUT_MS = 30_000

export interface ObserveWireOptions extends ObserveOptions {
  client: Pick<RemotingClient, 'invoke' | 'call'>
  address: string
  queues: readonly { topic: string; queueId: number }[]
  /** Groups whose committed offsets are asked for on every queue. */
  groups?: readonly string[]
}

const observeQueue = async (
  { client, address, identify = identifyByBody }: ObserveWireOptions,
  topic: string,
  queueId: number
): Promise<ObservedQueue> => {
  const place = { topic, queueId, brokerName: '' }
  const minOffset = await getMinOffset(client, address, place, TIMEOUT_MS)
  const maxOffset = await getMaxOffset(client, address, place, TIMEOUT_MS)
  const messages: ObservedMessage[] = []
  for (let offset = minOffset; offset < maxOffset;) {
    const query = {
      ...{ consumerGroup: TOOLS_CONSUMER_GROUP, topic, queueId, offset },
      ...{ maxMsgNums: 32, subscription: SUB_ALL }
    }
    const result = await pullMessage(client, address, query, TIMEOUT_MS)
    messages.push(...result.messages.map((message) => observedMessage(message, identify)))
    if (result.nextBeginOffset <= offset) break
    offset = result.nextBeginOffset
  }
  return { topic, queueId, minOffset, maxOffset, messages }
}

const lookUp = async (
  { client, address }: ObserveWireOptions,
  topic: string,
  key: string
): Promise<ObservedLookup> => {
  const extFields = QueryMessageRequestHeader.encode({
    ...{ topic, key, maxNum: LOOKUP_MAX_NUM },
    ...{ beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
  })
  const request = { code: RequestCode.QUERY_MESSAGE, extFields }
  const { code, remark, body } = await client.invoke(address, request, TIMEOUT_MS)
  if (code !== ResponseCode.SUCCESS && code !== ResponseCode.QUERY_NOT_FOUND)
    throw new RemotingError(code, remark ?? `the query for ${key} failed`)
  const found = code === ResponseCode.SUCCESS ? decodeMessages(body ?? Buffer.alloc(0)) : []
  return { topic, key, maxNum: LOOKUP_MAX_NUM, hits: found.map(observedHit) }
}

/** What a group has committed on a queue; undefined: nothing. Never the zero a new group is given. */
export const committedOffset = async (
  client: Pick<RemotingClient, 'invoke'>,
  address: string,
  row: { group: string; topic: string; queueId: number }
): Promise<number | undefined> => {
  const { group: consumerGroup, topic, queueId } = row
  const header = { consumerGroup, topic, queueId, setZeroIfNotFound: false }
  const extFields = QueryConsumerOffsetRequestHeader.encode(header)
  const request = { code: RequestCode.QUERY_CONSUMER_OFFSET, extFields }
  const response = await client.invoke(address, request, TIMEOUT_MS)
  if (response.code === ResponseCode.QUERY_NOT_FOUND) return undefined
  if (response.code !== ResponseCode.SUCCESS)
    throw new RemotingError(response.code, response.remark ?? `no offset of ${consumerGroup}`)
  return OffsetResponseHeader.decode(response.extFields).offset
}

export const observeWire = async (options: ObserveWireOptions): Promise<Observation> => {
  const { client, address, groups = [] } = options
  const queues: ObservedQueue[] = []
  const committed: ObservedOffset[] = []
  const lookups: ObservedLookup[] = []
  const byTopic = new Map<string, ObservedMessage[]>()
  for (const { topic, queueId } of options.queues) {
    const queue = await observeQueue(options, topic, queueId)
    queues.push(queue)
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), ...queue.messages])
    for (const group of groups) {
      const row = { group, topic, queueId }
      committed.push({ ...row, offset: await committedOffset(client, address, row) })
    }
  }
  for (const [topic, messages] of byTopic)
    for (const key of keysToLookUp(messages, options))
      lookups.push(await lookUp(options, topic, key))
  return { queues, committed, lookups }
}
