/** Calls producers and consumers make to a broker, beside sending and pulling. Java: MQClientAPIImpl. */
import {
  readMessageQueue,
  type LockBatchBody,
  type MessageQueue
} from '../protocol/bodies/messageQueue'
import { objectsOf, textsOf } from '../protocol/bodies/read'
import type { SubscriptionData } from '../protocol/bodies/heartbeat'
import { jsonBody, readJsonBody } from '../protocol/bodies/rocketmqJson'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  ConsumerSendMsgBackRequestHeader,
  GetConsumerListByGroupRequestHeader,
  GetMaxOffsetRequestHeader,
  GetMinOffsetRequestHeader,
  OffsetResponseHeader,
  QueryConsumerOffsetRequestHeader,
  SearchOffsetRequestHeader,
  UpdateConsumerOffsetRequestHeader
} from '../protocol/headers/consume'
import { RemotingError, type ExtFields, type RemotingRequest } from '../protocol/remotingCommand'
import type { RemotingClient } from '../remoting/client'

type Client = Pick<RemotingClient, 'call'>

const offsetFrom = async (
  client: Client,
  address: string,
  request: RemotingRequest,
  timeoutMs: number
): Promise<number> => {
  const { extFields } = await client.call(address, request, timeoutMs)
  return OffsetResponseHeader.decode(extFields).offset
}

/** The offset the next message will get. */
export const getMaxOffset = (
  client: Client,
  address: string,
  { topic, queueId }: MessageQueue,
  timeoutMs: number
): Promise<number> => {
  const extFields = GetMaxOffsetRequestHeader.encode({ topic, queueId })
  return offsetFrom(client, address, { code: RequestCode.GET_MAX_OFFSET, extFields }, timeoutMs)
}

/** The offset of the oldest message still there. */
export const getMinOffset = (
  client: Client,
  address: string,
  { topic, queueId }: MessageQueue,
  timeoutMs: number
): Promise<number> => {
  const extFields = GetMinOffsetRequestHeader.encode({ topic, queueId })
  return offsetFrom(client, address, { code: RequestCode.GET_MIN_OFFSET, extFields }, timeoutMs)
}

/** The first offset stored at or after `timestamp`. */
export const searchOffset = (
  client: Client,
  address: string,
  { topic, queueId }: MessageQueue,
  timestamp: number,
  timeoutMs: number
): Promise<number> => {
  const extFields = SearchOffsetRequestHeader.encode({ topic, queueId, timestamp })
  const request = { code: RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, extFields }
  return offsetFrom(client, address, request, timeoutMs)
}

/** Undefined when the group has no offset on the queue yet. */
export const queryConsumerOffset = async (
  client: Client,
  address: string,
  consumerGroup: string,
  { topic, queueId }: MessageQueue,
  timeoutMs: number
): Promise<number | undefined> => {
  const extFields = QueryConsumerOffsetRequestHeader.encode({ consumerGroup, topic, queueId })
  try {
    const request = { code: RequestCode.QUERY_CONSUMER_OFFSET, extFields }
    return await offsetFrom(client, address, request, timeoutMs)
  } catch (error) {
    if (error instanceof RemotingError && error.code === ResponseCode.QUERY_NOT_FOUND)
      return undefined
    throw error
  }
}

/** UPDATE_CONSUMER_OFFSET as a request, for call or one-way. */
export const updateConsumerOffset = (
  consumerGroup: string,
  { topic, queueId }: MessageQueue,
  commitOffset: number
): RemotingRequest => ({
  code: RequestCode.UPDATE_CONSUMER_OFFSET,
  extFields: UpdateConsumerOffsetRequestHeader.encode({
    consumerGroup,
    topic,
    queueId,
    commitOffset
  })
})

/** Client ids of the group's members, sorted. @throws RemotingError SYSTEM_ERROR when nobody is online. */
export const getConsumerListByGroup = async (
  client: Client,
  address: string,
  consumerGroup: string,
  timeoutMs: number
): Promise<string[]> => {
  const extFields: ExtFields = GetConsumerListByGroupRequestHeader.encode({ consumerGroup })
  const request = { code: RequestCode.GET_CONSUMER_LIST_BY_GROUP, extFields }
  const { body } = await client.call(address, request, timeoutMs)
  return textsOf(readJsonBody(body ?? Buffer.alloc(0), consumerGroup).consumerIdList).sort()
}

/** LOCK_BATCH_MQ (41): those of the queues that the client holds now. */
export const lockBatchMQ = async (
  client: Client,
  address: string,
  body: LockBatchBody,
  timeoutMs: number
): Promise<MessageQueue[]> => {
  const request = { code: RequestCode.LOCK_BATCH_MQ, body: jsonBody(body) }
  const answer = await client.call(address, request, timeoutMs)
  const { lockOKMQSet } = readJsonBody(answer.body ?? Buffer.alloc(0), 'LOCK_BATCH_MQ')
  return objectsOf(lockOKMQSet).map(readMessageQueue)
}

/** UNLOCK_BATCH_MQ (42) as a request, for one-way. */
export const unlockBatchMQ = (body: LockBatchBody): RemotingRequest => ({
  code: RequestCode.UNLOCK_BATCH_MQ,
  body: jsonBody(body)
})

/** Asks the broker to deliver a message again later. */
export const consumerSendMsgBack = async (
  client: Client,
  address: string,
  header: Parameters<typeof ConsumerSendMsgBackRequestHeader.encode>[0],
  timeoutMs: number
): Promise<void> => {
  const extFields = ConsumerSendMsgBackRequestHeader.encode(header)
  await client.call(address, { code: RequestCode.CONSUMER_SEND_MSG_BACK, extFields }, timeoutMs)
}

/** CHECK_CLIENT_CONFIG (46). @throws RemotingError where the broker does not take the subscription. */
export const checkClientConfig = async (
  client: Client,
  address: string,
  body: { clientId: string; group: string; subscriptionData: SubscriptionData },
  timeoutMs: number
): Promise<void> => {
  await client.call(
    address,
    { code: RequestCode.CHECK_CLIENT_CONFIG, body: jsonBody(body) },
    timeoutMs
  )
}
