import { SUB_ALL } from '../protocol/bodies/heartbeat'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { ViewMessageRequestHeader } from '../protocol/headers/consume'
import { formatHost } from '../protocol/message/host'
import { decodeMessage } from '../protocol/message/messageCodec'
import { decodeMessageId } from '../protocol/message/messageId'
import { RemotingError } from '../protocol/remotingCommand'
import { AUTO_CREATE_TOPIC_KEY_TOPIC, TOOLS_CONSUMER_GROUP } from '../protocol/topicNames'
import { silentLog } from '../base/log'
import {
  consumerSendMsgBack,
  getMaxOffset,
  getMinOffset,
  searchOffset
} from '../client/brokerCalls'
import { messageIds } from '../client/clientId'
import type { Message } from '../client/message'
import { toMessageExt, type MessageExt } from '../client/messageExt'
import { MessageSender, type SendOptions, type SendResult } from '../client/messageSender'
import { pullMessage } from '../client/pullMessage'
import { RouteCache } from '../client/routeCache'
import {
  ADMIN_TIMEOUT_MS,
  brokersOf,
  callBroker,
  fetchClusterInfo,
  findMaster,
  type AdminDeps
} from './adminCall'

/** Producer group of messages sent by hand. Java: MixAll.CLIENT_INNER_PRODUCER_GROUP. */
export const TOOLS_PRODUCER_GROUP = 'CLIENT_INNER_PRODUCER'

/** Pulls one browse makes at most; brokers give 32 messages a pull, or fewer where bodies are large. */
export const MAX_PULLS_PER_BROWSE = 64

export interface BrowseQuery {
  queue: MessageQueue
  /** First queue offset wanted; below the oldest message begins there. */
  offset: number
  /** Messages at most. */
  limit: number
}

export interface BrowsedMessages {
  minOffset: number
  maxOffset: number
  /** Where to go on. */
  nextOffset: number
  messages: MessageExt[]
}

export const messageAdmin = (deps: AdminDeps) => {
  const { client, namesrv, clock, random } = deps
  const routes = new RouteCache({ namesrv, log: silentLog })
  const ids = messageIds(clock, random)
  const sender = new MessageSender(
    { remoting: client, routes, clock, random, ids },
    TOOLS_PRODUCER_GROUP
  )

  const addressOf = async ({ brokerName }: MessageQueue): Promise<string> =>
    (await findMaster(deps, brokerName)).address

  return {
    minOffset: async (queue: MessageQueue): Promise<number> =>
      getMinOffset(client, await addressOf(queue), queue, ADMIN_TIMEOUT_MS),

    maxOffset: async (queue: MessageQueue): Promise<number> =>
      getMaxOffset(client, await addressOf(queue), queue, ADMIN_TIMEOUT_MS),

    /** The first offset stored at or after `timestamp`. */
    searchOffset: async (queue: MessageQueue, timestamp: number): Promise<number> =>
      searchOffset(client, await addressOf(queue), queue, timestamp, ADMIN_TIMEOUT_MS),

    /** Messages of a queue from an offset on; consumes nothing and waits for nothing. */
    browse: async ({ queue, offset, limit }: BrowseQuery): Promise<BrowsedMessages> => {
      const { topic, queueId, brokerName } = queue
      const address = await addressOf(queue)
      const messages: MessageExt[] = []
      let range = { minOffset: 0, maxOffset: 0 }
      let nextOffset = offset
      for (let pulls = 0; pulls < MAX_PULLS_PER_BROWSE && messages.length < limit; pulls++) {
        const result = await pullMessage(
          client,
          address,
          {
            consumerGroup: TOOLS_CONSUMER_GROUP,
            topic,
            queueId,
            brokerName,
            offset: nextOffset,
            maxMsgNums: limit - messages.length,
            subscription: SUB_ALL
          },
          ADMIN_TIMEOUT_MS
        )
        range = { minOffset: result.minOffset, maxOffset: result.maxOffset }
        messages.push(...result.messages.map((stored) => toMessageExt(stored, brokerName)))
        const moved = result.nextBeginOffset !== nextOffset
        nextOffset = result.nextBeginOffset
        if (result.status === 'NO_NEW_MSG' || !moved) break
        // Beyond the end there is nothing to browse; before the beginning the rest begins there.
        if (result.status === 'OFFSET_ILLEGAL' && nextOffset >= result.maxOffset) break
      }
      return { ...range, nextOffset, messages }
    },

    /**
     * By offset message id, asked at the broker the id names. Java: viewMessage.
     * @throws RemotingError INVALID_PARAMETER when it is no such id, or what the broker answers when nothing is there.
     */
    viewMessage: async (msgId: string): Promise<MessageExt> => {
      const place = decodeMessageId(msgId)
      if (!place)
        throw new RemotingError(
          ResponseCode.INVALID_PARAMETER,
          `${msgId} is no offset message id: it has 32 (IPv4) or 56 (IPv6) hexadecimal digits that name a broker`
        )
      const address = formatHost(place.storeHost)
      const extFields = ViewMessageRequestHeader.encode({ offset: place.physicalOffset })
      const { body } = await callBroker(deps, address, {
        code: RequestCode.VIEW_MESSAGE_BY_ID,
        extFields
      })
      const info = await fetchClusterInfo(deps)
      const broker = brokersOf(info).find((candidate) => candidate.address === address)
      return toMessageExt(decodeMessage(body ?? Buffer.alloc(0)), broker?.brokerName ?? '')
    },

    /**
     * The group gets the message once more, a second from now, whatever the number of its deliveries; when it fails
     * again, the group's own limit counts. By CONSUMER_SEND_MSG_BACK, as a consumer would.
     */
    sendBack: (message: MessageExt, group: string): Promise<void> =>
      consumerSendMsgBack(
        client,
        formatHost(message.storeHost),
        {
          offset: message.physicalOffset,
          group,
          delayLevel: 1,
          originTopic: message.topic,
          unitMode: false,
          maxReconsumeTimes: 2 ** 31 - 1
        },
        ADMIN_TIMEOUT_MS
      ),

    /** One of many: asks for the route once. @throws RemotingError TOPIC_NOT_EXIST. */
    sendOneOfMany: (message: Message, options: SendOptions = {}): Promise<SendResult> =>
      sender.send(message, { timeoutMs: ADMIN_TIMEOUT_MS, ...options }),

    /** Asks for the route anew each time: a topic made a moment ago is known, a deleted one is not. */
    send: (message: Message, options: SendOptions = {}): Promise<SendResult> => {
      routes.forget(message.topic)
      routes.forget(AUTO_CREATE_TOPIC_KEY_TOPIC)
      return sender.send(message, { timeoutMs: ADMIN_TIMEOUT_MS, ...options })
    }
  }
}
