/** SEND_REPLY_MESSAGE (324, 325): the answer to a request goes straight to the client that asked. Java: ReplyMessageProcessor. */
import type { Clock } from '../../../base/clock'
import type { Log } from '../../../base/log'
import type { Random } from '../../../base/random'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import {
  ReplyMessageRequestHeader,
  SendMessageRequestHeader,
  SendMessageRequestHeaderV2,
  SendMessageResponseHeader
} from '../../../protocol/headers/send'
import { formatHost } from '../../../protocol/message/host'
import { countedSize, type MessageInner } from '../../../protocol/message/messageCodec'
import { createMessageId } from '../../../protocol/message/messageId'
import { getProperty, MessageConst, withProperties } from '../../../protocol/message/properties'
import { tagsCodeOf } from '../../../protocol/message/tagsCode'
import type { Reply } from '../../../protocol/remotingCommand'
import { route, type RequestContext } from '../../../remoting/route'
import type { PutMessageResult } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import type { ProducerManager } from '../../producerManager'
import type { SendCheck } from '../../sendCheck'
import type { BrokerFeature } from '../feature'
import type { MessageWriter } from '../messageWriter'

/** Longest wait until the requester has taken the answer, in milliseconds. Java: Broker2Client.callClient. */
export const PUSH_REPLY_TIMEOUT_MS = 10_000

export interface ReplyMessageDeps {
  clock: Pick<Clock, 'now'>
  log: Log
  random: Random
  config: Pick<BrokerConfig, 'regionId' | 'traceOn' | 'storeReplyMessageEnable'>
  identity: Pick<BrokerIdentity, 'storeHost'>
  sendCheck: Pick<SendCheck, 'topicOf' | 'queueOf'>
  producers: Pick<ProducerManager, 'findChannel'>
  writer: Pick<MessageWriter, 'put'>
  stats: Pick<BrokerStatsManager, 'incPut'>
}

type Context = RequestContext<SendMessageRequestHeader>

export const replyMessage = (deps: ReplyMessageDeps): BrokerFeature => {
  const { clock, log, random, config, identity, sendCheck, producers, writer, stats } = deps

  /** Why the requester did not get it, or undefined. */
  const push = async ({ header, body, connection }: Context): Promise<string | undefined> => {
    const properties = header.properties ?? ''
    const clientId = getProperty(properties, MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT)
    if (clientId === undefined)
      return `reply message properties[${MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT}] is null: answer with a message made by MessageUtil.createReplyMessage`
    const channel = producers.findChannel(clientId)
    if (!channel)
      return `push reply message fail, channel of <${clientId}> not found: the client that asked is not connected to this broker any more`
    const now = clock.now()
    const extFields = ReplyMessageRequestHeader.encode({
      producerGroup: header.producerGroup,
      topic: header.topic,
      defaultTopic: header.defaultTopic,
      defaultTopicQueueNums: header.defaultTopicQueueNums,
      queueId: header.queueId,
      sysFlag: header.sysFlag,
      bornTimestamp: header.bornTimestamp,
      flag: header.flag,
      properties: withProperties(properties, {
        [MessageConst.PROPERTY_PUSH_REPLY_TIME]: String(now)
      }),
      reconsumeTimes: header.reconsumeTimes,
      unitMode: header.unitMode,
      bornHost: connection.remoteAddress,
      storeHost: formatHost(identity.storeHost),
      storeTimestamp: now
    })
    const failure = `push reply message to <${clientId}> fail: `
    try {
      const code = RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT
      const answer = await channel.connection.request({ code, extFields, body }, PUSH_REPLY_TIMEOUT_MS) // prettier-ignore
      if (answer.code === ResponseCode.SUCCESS) return undefined
      return `${failure}it answered ${answer.code}${answer.remark ? ` (${answer.remark})` : ''}`
    } catch (error) {
      return failure + (error instanceof Error ? error.message : String(error))
    }
  }

  /** Where the reply was stored; undefined where it was not, which fails no reply. */
  const keep = async (message: MessageInner) => {
    const { topic } = message
    const notStored = (reason: string) => {
      log.warn(`a reply was not stored in ${topic}: ${reason}`)
      return undefined
    }
    let result: PutMessageResult
    try {
      result = await writer.put(message)
    } catch (error) {
      return notStored(String(error))
    }
    if ('reason' in result) return notStored(result.reason)
    stats.incPut(topic, 1, countedSize(message))
    return {
      msgId: createMessageId(identity.storeHost, result.physicalOffsets[0]!),
      queueOffset: result.queueOffset
    }
  }

  const handle = async (context: Context): Promise<Reply> => {
    const { header, body, connection } = context
    const topic = await sendCheck.topicOf(header)
    const asked = sendCheck.queueOf(header, topic)
    const queueId = asked < 0 ? random.int(Math.max(1, topic.writeQueueNums)) : asked
    const properties = header.properties ?? ''
    const failure = await push(context)
    if (failure !== undefined) log.warn(failure)
    const stored =
      config.storeReplyMessageEnable &&
      (await keep({
        ...{ topic: header.topic, queueId, flag: header.flag, sysFlag: header.sysFlag },
        ...{ bornTimestamp: header.bornTimestamp, bornHost: connection.remoteHost },
        ...{ storeHost: identity.storeHost, reconsumeTimes: header.reconsumeTimes ?? 0 },
        ...{ preparedTransactionOffset: 0, body, properties },
        tagsCode: tagsCodeOf(getProperty(properties, MessageConst.PROPERTY_TAGS))
      }))
    const extFields = SendMessageResponseHeader.encode({
      // Clients read a number from it, stored or not.
      ...(stored || { msgId: '0', queueOffset: 0 }),
      queueId,
      MSG_REGION: config.regionId,
      TRACE_ON: String(config.traceOn)
    })
    if (failure === undefined) return { code: ResponseCode.SUCCESS, extFields }
    return { code: ResponseCode.SYSTEM_ERROR, remark: failure, extFields }
  }

  return {
    routes: [
      route(RequestCode.SEND_REPLY_MESSAGE, SendMessageRequestHeader, handle),
      route(RequestCode.SEND_REPLY_MESSAGE_V2, SendMessageRequestHeaderV2, handle)
    ]
  }
}
