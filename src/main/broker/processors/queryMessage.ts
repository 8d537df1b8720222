/** QUERY_MESSAGE (12): messages by unique id or key. Java: QueryMessageProcessor.queryMessage. */
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  QueryMessageRequestHeader,
  QueryMessageResponseHeader,
  UNIQUE_MSG_QUERY_FLAG
} from '../../protocol/headers/consume'
import { RemotingError } from '../../protocol/remotingCommand'
import { reply, route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'
import type { BrokerConfig } from '../brokerConfig'

interface Deps {
  store: Pick<MessageStore, 'queryMessage'>
  config: Pick<BrokerConfig, 'defaultQueryMaxNum' | 'messageIndexEnable'>
}

export const queryMessage = ({ store, config }: Deps): Route[] => [
  route(RequestCode.QUERY_MESSAGE, QueryMessageRequestHeader, async ({ header, command }) => {
    const isUnique = command.extFields[UNIQUE_MSG_QUERY_FLAG] === 'true'
    const { messages, ...index } = await store.queryMessage({
      ...header,
      maxNum: isUnique ? config.defaultQueryMaxNum : header.maxNum
    })
    if (messages.length > 0)
      return reply(QueryMessageResponseHeader, index, Buffer.concat(messages))
    throw new RemotingError(
      ResponseCode.QUERY_NOT_FOUND,
      `can not find message, topic ${header.topic} has none with key ${header.key} in this time range` +
        (config.messageIndexEnable
          ? ''
          : '; messages are not indexed while messageIndexEnable=false')
    )
  })
]
