/** RECALL_MESSAGE (370): cancels a timer message. Java: RecallMessageProcessor. */
import type { Clock } from '../../../base/clock'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import {
  RecallMessageRequestHeader,
  RecallMessageResponseHeader
} from '../../../protocol/headers/send'
import type { HostAddress } from '../../../protocol/message/host'
import type { MessageInner } from '../../../protocol/message/messageCodec'
import { formatProperties, MessageConst } from '../../../protocol/message/properties'
import {
  parseRecallHandle,
  type RecallMessageHandle
} from '../../../protocol/message/recallMessageHandle'
import { tagsCodeOf } from '../../../protocol/message/tagsCode'
import { RemotingError, type Reply } from '../../../protocol/remotingCommand'
import { route, type Route } from '../../../remoting/route'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { TopicConfigManager } from '../../topicConfigManager'
import type { MessageWriter } from '../messageWriter'

const RECALL_MESSAGE_TAG = '_RECALL_TAG_'

export interface RecallDeps {
  clock: Pick<Clock, 'now'>
  config: Pick<
    BrokerConfig,
    'recallMessageEnable' | 'startAcceptSendRequestTimeStamp' | 'timerMaxDelaySec' | 'regionId'
  >
  identity: Pick<BrokerIdentity, 'name' | 'role' | 'storeHost'>
  topics: Pick<TopicConfigManager, 'select'>
  writer: Pick<MessageWriter, 'put'>
}

export const recallMessage = ({ clock, config, identity, topics, writer }: RecallDeps): Route => {
  const { name } = identity

  /** @throws RemotingError. */
  const judge = (topic: string, text: string): RecallMessageHandle => {
    if (!config.recallMessageEnable)
      throw new RemotingError(
        ResponseCode.NO_PERMISSION,
        `recall failed, operation is forbidden: broker ${name} has recallMessageEnable=false; set it to true, it takes effect at once`
      )
    if (identity.role === 'SLAVE')
      throw new RemotingError(ResponseCode.SLAVE_NOT_AVAILABLE, `recall failed, broker service not available: ${name} is a slave`) // prettier-ignore
    if (clock.now() < config.startAcceptSendRequestTimeStamp)
      throw new RemotingError(
        ResponseCode.SERVICE_NOT_AVAILABLE,
        `recall failed, broker service not available: ${name} takes no messages before ${new Date(config.startAcceptSendRequestTimeStamp).toISOString()} (startAcceptSendRequestTimeStamp)`
      )
    if (!topics.select(topic))
      throw new RemotingError(ResponseCode.TOPIC_NOT_EXIST, `recall failed, the topic[${topic}] not exist`) // prettier-ignore
    const handle = parseRecallHandle(text)
    const illegal = (why: string): RemotingError => new RemotingError(ResponseCode.ILLEGAL_OPERATION, why) // prettier-ignore
    if (!handle) throw illegal('recall handle is invalid')
    if (handle.topic !== topic)
      throw illegal(`recall failed, topic not match: the handle is of ${handle.topic}`)
    if (handle.brokerName !== name)
      throw illegal(`recall failed, broker service not available: the handle is of broker ${handle.brokerName}, this is ${name}`) // prettier-ignore
    const leftMs = (/^-?\d{1,19}$/.test(handle.timestamp) ? Number(handle.timestamp) : -1) - clock.now() // prettier-ignore
    if (leftMs <= 0 || leftMs >= config.timerMaxDelaySec * 1000)
      throw illegal(`recall failed, timestamp invalid: the message is ${leftMs <= 0 ? 'due already' : 'later than timerMaxDelaySec allows'}`) // prettier-ignore
    return handle
  }

  const cancelling = (
    { topic, uniqKey, timestamp }: RecallMessageHandle,
    group: string,
    bornHost: HostAddress
  ): MessageInner => ({
    topic,
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: clock.now(),
    bornHost,
    storeHost: identity.storeHost,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: Buffer.from('0'),
    properties: formatProperties([
      [MessageConst.PROPERTY_TAGS, RECALL_MESSAGE_TAG],
      [MessageConst.PROPERTY_TIMER_DEL_UNIQKEY, `${topic}+${uniqKey}`],
      [MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, uniqKey],
      [MessageConst.PROPERTY_TIMER_DELIVER_MS, timestamp],
      [MessageConst.PROPERTY_BORN_TIMESTAMP, String(clock.now())],
      [MessageConst.PROPERTY_PRODUCER_GROUP, group]
    ]),
    tagsCode: tagsCodeOf(RECALL_MESSAGE_TAG)
  })

  return route(
    RequestCode.RECALL_MESSAGE,
    RecallMessageRequestHeader,
    async ({ header, connection }): Promise<Reply> => {
      const handle = judge(header.topic, header.recallHandle)
      const message = cancelling(handle, header.producerGroup ?? '', connection.remoteHost)
      const result = await writer.put(message)
      if ('reason' in result)
        throw new RemotingError(ResponseCode.SYSTEM_ERROR, `recall failed, execute error: ${result.reason}`) // prettier-ignore
      const extFields = { msgId: handle.uniqKey, MSG_REGION: config.regionId }
      return {
        code: ResponseCode.SUCCESS,
        extFields: RecallMessageResponseHeader.encode(extFields)
      }
    }
  )
}
