/** Questions to a broker's client, passed on to it: 307. Java: AdminBrokerProcessor.callConsumer. */
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { GetConsumerRunningInfoRequestHeader } from '../../protocol/headers/admin'
import { RemotingError, type Reply } from '../../protocol/remotingCommand'
import { RemotingTimeoutError } from '../../remoting/errors'
import { route, type Route } from '../../remoting/route'
import type { BrokerIdentity } from '../brokerIdentity'
import type { ConsumerManager } from '../consumerManager'

/** Longest wait for a client's answer, in milliseconds. */
const CLIENT_ANSWER_TIMEOUT_MS = 10_000

interface Deps {
  identity: Pick<BrokerIdentity, 'name'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo'>
}

export const clientRelay = ({ identity, consumers }: Deps): Route[] => [
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
