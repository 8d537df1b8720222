/** Questions to a broker's clients, passed on to them: 223, 307. Java: AdminBrokerProcessor, Broker2Client. */
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  GetConsumerRunningInfoRequestHeader,
  GetConsumerStatusRequestHeader
} from '../../protocol/headers/admin'
import { RemotingError, type Reply } from '../../protocol/remotingCommand'
import { RemotingTimeoutError } from '../../remoting/errors'
import { replyBody, route, type Route } from '../../remoting/route'
import { mustTakeResets, queueOffsetMap, type Broker2Client } from '../broker2Client'
import type { BrokerIdentity } from '../brokerIdentity'
import type { ConsumerManager } from '../consumerManager'

/** Longest wait for a client's answer, in milliseconds. */
const CLIENT_ANSWER_TIMEOUT_MS = 10_000

interface Deps {
  identity: Pick<BrokerIdentity, 'name'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo'>
  broker2Client: Pick<Broker2Client, 'getConsumeStatus'>
}

export const clientRelay = ({ identity, consumers, broker2Client }: Deps): Route[] => [
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
    async ({ header: { consumerGroup, clientId }, command }): Promise<Reply> => {
      const info = consumers.getConsumerGroupInfo(consumerGroup)
      const channel = info && [...info.channels.values()].find((c) => c.clientId === clientId)
      if (!channel)
        throw new RemotingError(
          ResponseCode.SYSTEM_ERROR,
          `The Consumer <${consumerGroup}> <${clientId}> not online at broker ${identity.name}`
        )
      try {
        const { code, remark, extFields, body } = await channel.connection.request(
          { code: command.code, extFields: command.extFields },
          CLIENT_ANSWER_TIMEOUT_MS
        )
        return { code, extFields, ...(remark !== undefined && { remark }), ...(body && { body }) }
      } catch (error) {
        if (error instanceof RemotingTimeoutError)
          throw new RemotingError(
            ResponseCode.CONSUME_MSG_TIMEOUT,
            `the consumer <${consumerGroup}> <${clientId}> did not answer within ${CLIENT_ANSWER_TIMEOUT_MS} ms`
          )
        throw error
      }
    }
  )
]
