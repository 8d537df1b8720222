/** Questions to a broker's clients, passed on to them: 223, 307, 309. Java: AdminBrokerProcessor, Broker2Client. */
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  ConsumeMessageDirectlyResultRequestHeader,
  GetConsumerRunningInfoRequestHeader,
  GetConsumerStatusRequestHeader
} from '../../protocol/headers/admin'
import { decodeMessageId } from '../../protocol/message/messageId'
import { RemotingError, type RemotingRequest, type Reply } from '../../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'
import { replyBody, route, type Route } from '../../remoting/route'
import { mustTakeResets, queueOffsetMap, type Broker2Client } from '../broker2Client'
import type { BrokerIdentity } from '../brokerIdentity'
import type { ClientChannelInfo } from '../clientChannelInfo'
import type { ConsumerManager } from '../consumerManager'
import type { MessageStore } from '../../store/messageStore'

/** Longest wait for a client's answer, in milliseconds. */
const CLIENT_ANSWER_TIMEOUT_MS = 10_000

interface Deps {
  identity: Pick<BrokerIdentity, 'name'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo'>
  broker2Client: Pick<Broker2Client, 'getConsumeStatus'>
  store: Pick<MessageStore, 'lookMessageByOffset'>
}

/** @throws RemotingError SYSTEM_ERROR where no such member is connected. */
const onlineMember = (
  consumers: Deps['consumers'],
  { name }: Deps['identity'],
  group: string,
  clientId: string
): ClientChannelInfo => {
  const info = consumers.getConsumerGroupInfo(group)
  const channel = info && [...info.channels.values()].find((c) => c.clientId === clientId)
  if (channel) return channel
  throw new RemotingError(
    ResponseCode.SYSTEM_ERROR,
    `The Consumer <${group}> <${clientId}> not online at broker ${name}`
  )
}

/** What the client answers. @throws RemotingError CONSUME_MSG_TIMEOUT. */
const passOn = async (
  { connection, clientId }: Pick<ClientChannelInfo, 'connection' | 'clientId'>,
  request: RemotingRequest
): Promise<Reply> => {
  try {
    const { code, remark, extFields, body } = await connection.request(
      request,
      CLIENT_ANSWER_TIMEOUT_MS
    )
    return { code, extFields, ...(remark !== undefined && { remark }), ...(body && { body }) }
  } catch (error) {
    if (error instanceof RemotingTimeoutError)
      throw new RemotingError(
        ResponseCode.CONSUME_MSG_TIMEOUT,
        `the consumer <${clientId}> did not answer within ${CLIENT_ANSWER_TIMEOUT_MS} ms`
      )
    if (error instanceof RemotingConnectError)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `the consumer <${clientId}> went away before it answered`
      )
    throw error
  }
}

/** As it is stored. @throws RemotingError SYSTEM_ERROR for an id that points to no message. */
const messageOf = (store: Deps['store'], msgId: string): Buffer => {
  const id = decodeMessageId(msgId)
  const message = id && store.lookMessageByOffset(id.physicalOffset)
  if (message) return message
  throw new RemotingError(
    ResponseCode.SYSTEM_ERROR,
    `no message has the offset id ${msgId}, or it is no longer kept`
  )
}

export const clientRelay = ({ identity, consumers, broker2Client, store }: Deps): Route[] => [
  route(
    RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS,
    GetConsumerStatusRequestHeader,
    async ({ header: { topic, group, clientAddr = '' } }): Promise<Reply> => {
      const channels = [...(consumers.getConsumerGroupInfo(group)?.channels.values() ?? [])]
      if (channels.length === 0)
        throw new RemotingError(
          ResponseCode.SYSTEM_ERROR,
          `No Any Consumer online in the consumer group: [${group}]`
        )
      mustTakeResets(channels)
      // Whoever asks waits 5 s altogether, so all are asked at once; a member that stays silent is left out.
      const asked = channels.filter(({ clientId }) => clientAddr === '' || clientId === clientAddr)
      const consumerTable = Object.create(null) as Record<string, object>
      await Promise.all(
        asked.map(async (channel) => {
          const table = await broker2Client.getConsumeStatus(channel, topic, group)
          if (table) consumerTable[channel.clientId] = queueOffsetMap(table)
        })
      )
      return replyBody(jsonBody({ consumerTable, messageQueueTable: {} }))
    }
  ),
  route(
    RequestCode.GET_CONSUMER_RUNNING_INFO,
    GetConsumerRunningInfoRequestHeader,
    ({ header: { consumerGroup, clientId }, command }): Promise<Reply> => {
      const channel = onlineMember(consumers, identity, consumerGroup, clientId)
      return passOn(channel, { code: command.code, extFields: command.extFields })
    }
  ),
  route(
    RequestCode.CONSUME_MESSAGE_DIRECTLY,
    ConsumeMessageDirectlyResultRequestHeader,
    ({ header, command }): Promise<Reply> => {
      const { consumerGroup, clientId = '', msgId = '' } = header
      const channel = onlineMember(consumers, identity, consumerGroup, clientId)
      const { code, extFields } = command
      const request = { code, extFields: { ...extFields, brokerName: identity.name } }
      return passOn(channel, { ...request, body: messageOf(store, msgId) })
    }
  )
]
