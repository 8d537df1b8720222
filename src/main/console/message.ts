import type { Handlers, ParsedOf } from '../../shared/contract'
import type { MessageDetail, MessageSummary, SendResultView } from '../../shared/views'
import type { Admin } from '../admin/admin'
import type { RealTime } from '../base/clock'
import type { MessageExt } from '../client/messageExt'
import { ProblemError } from '../cluster/problem'
import { messageQueue } from '../protocol/bodies/messageQueue'
import { ResponseCode } from '../protocol/codes/responseCode'
import { formatHost } from '../protocol/message/host'
import { decodeMessageId } from '../protocol/message/messageId'
import { RemotingError } from '../protocol/remotingCommand'
import { groupOfDlqTopic, isDlqTopic } from '../protocol/topicNames'
import { messageDetail, messageSummary } from './messageView'

interface Deps {
  admin: Pick<Admin, 'send' | 'browse' | 'viewMessage' | 'sendBack' | 'listBrokers'>
  clock: RealTime
}

type Draft = ParsedOf<'message.send'>

const invalid = (field: string, message: string): ProblemError =>
  new ProblemError('INVALID_INPUT', { field }, message)

const notFound = (message: string): ProblemError =>
  new ProblemError('MESSAGE_NOT_FOUND', {}, message)

const HEX = /^(?:[0-9a-fA-F]{2})*$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** @throws ProblemError INVALID_INPUT: Node would decode as far as it can and drop the rest. */
export const bodyOf = ({ body, bodyEncoding }: Pick<Draft, 'body' | 'bodyEncoding'>): Buffer => {
  if (bodyEncoding === 'text') return Buffer.from(body, 'utf8')
  const compact = body.replace(/\s+/g, '')
  const pattern = bodyEncoding === 'hex' ? HEX : BASE64
  if (!pattern.test(compact)) throw invalid('body', `the body is not ${bodyEncoding}`)
  return Buffer.from(compact, bodyEncoding)
}

const queueOf = ({ brokerName, queueId }: Draft) => {
  if (brokerName === undefined && queueId === undefined) return undefined
  if (brokerName !== undefined && queueId !== undefined) return { brokerName, queueId }
  const field = brokerName === undefined ? 'brokerName' : 'queueId'
  throw invalid(field, 'name the broker and the queue, or neither')
}

/** What brokers answer to an offset nothing begins at. */
const absentCodes: readonly number[] = [
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.QUERY_NOT_FOUND,
  ResponseCode.NO_MESSAGE
]

export const messageHandlers = ({ admin, clock }: Deps) => {
  const send = async (draft: Draft): Promise<SendResultView> => {
    const { topic, tags, keys, properties } = draft
    const [body, queue] = [bodyOf(draft), queueOf(draft)]
    const from = clock.monotonic()
    const result = await admin.send({ topic, body, tags, keys, properties }, { queue })
    const { sendStatus, msgId, offsetMsgId, queueOffset } = result
    const { brokerName, queueId } = result.messageQueue
    const tookMs = Math.round(clock.monotonic() - from)
    return { sendStatus, msgId, offsetMsgId, brokerName, queueId, queueOffset, tookMs }
  }

  /**
   * An id names an address, and one made by a client looks alike: only brokers of this cluster are asked, never
   * whoever listens at a made-up address.
   */
  const byId = async (msgId: string): Promise<MessageExt> => {
    const place = decodeMessageId(msgId)
    const address = place && formatHost(place.storeHost)
    const brokers = await admin.listBrokers()
    if (!brokers.some((broker) => broker.address === address))
      throw notFound(`${msgId} names no broker of this cluster`)
    try {
      return await admin.viewMessage(msgId)
    } catch (error) {
      if (error instanceof RemotingError && absentCodes.includes(error.code))
        throw notFound(error.remark)
      throw error
    }
  }

  const get = async ({
    topic,
    brokerName,
    queueId,
    queueOffset
  }: ParsedOf<'message.get'>): Promise<MessageDetail> => {
    const queue = messageQueue(topic, brokerName, queueId)
    const { messages } = await admin.browse({ queue, offset: queueOffset, limit: 1 })
    const message = messages.find((candidate) => candidate.queueOffset === queueOffset)
    if (!message)
      throw notFound(`${topic}@${queueId} of ${brokerName} has nothing at ${queueOffset}`)
    return messageDetail(message)
  }

  const sendBack = async (msgId: string): Promise<void> => {
    const message = await byId(msgId)
    const { topic } = message
    if (!isDlqTopic(topic)) throw invalid('msgId', `${topic} is no dead-letter topic`)
    await admin.sendBack(message, groupOfDlqTopic(topic))
  }

  return {
    'message.send': (draft) => send(draft),
    'message.browse': async ({ topic, brokerName, queueId, offset, limit }) => {
      const queue = messageQueue(topic, brokerName, queueId)
      const { messages, ...range } = await admin.browse({ queue, offset, limit })
      return {
        ...range,
        messages: messages.map((message): MessageSummary => messageSummary(message))
      }
    },
    'message.get': (ref) => get(ref),
    'message.byId': async ({ msgId }) => messageDetail(await byId(msgId)),
    'message.sendBack': ({ msgId }) => sendBack(msgId)
  } satisfies Partial<Handlers>
}
