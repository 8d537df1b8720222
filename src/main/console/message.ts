import type { Handlers, ParsedOf } from '../../shared/contract'
import type { MessageSummary, SendResultView } from '../../shared/views'
import type { Admin } from '../admin/admin'
import type { RealTime } from '../base/clock'
import type { MessageExt } from '../client/messageExt'
import { ProblemError } from '../cluster/problem'
import { messageQueue } from '../protocol/bodies/messageQueue'
import { groupOfDlqTopic, isDlqTopic } from '../protocol/topicNames'
import { messageAt, sendResultView } from './messageActions'
import { messageDetail, messageSummary } from './messageView'
import { byOffsetId } from './search/indexSearch'

interface Deps {
  admin: Pick<Admin, 'send' | 'browse' | 'viewMessage' | 'sendBack' | 'listBrokers'>
  clock: RealTime
}

type Draft = ParsedOf<'message.send'>

const invalid = (field: string, message: string): ProblemError =>
  new ProblemError('INVALID_INPUT', { field }, message)

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

export const messageHandlers = ({ admin, clock }: Deps) => {
  const send = async (draft: Draft): Promise<SendResultView> => {
    const { topic, tags, keys, properties } = draft
    const [body, queue] = [bodyOf(draft), queueOf(draft)]
    const from = clock.monotonic()
    const result = await admin.send({ topic, body, tags, keys, properties }, { queue })
    return sendResultView(result, Math.round(clock.monotonic() - from))
  }

  const byId = async (msgId: string): Promise<MessageExt> => {
    const message = await byOffsetId(admin, msgId)
    if (message) return message
    throw new ProblemError('MESSAGE_NOT_FOUND', {}, `${msgId} names no message of this cluster`)
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
    'message.get': async (ref) => messageDetail(await messageAt(admin, ref)),
    'message.byId': async ({ msgId }) => messageDetail(await byId(msgId)),
    'message.sendBack': ({ msgId }) => sendBack(msgId)
  } satisfies Partial<Handlers>
}
