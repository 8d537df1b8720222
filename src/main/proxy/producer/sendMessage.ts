/** SendMessage. Java: SendMessageActivity. */
import type { Clock } from '../../base/clock'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { decodeMessageId } from '../../protocol/message/messageId'
import { MessageSysFlag } from '../../protocol/message/sysFlag'
import { statusOf } from '../grpc/statusOf'
import { topicOf } from '../message/names'
import { toClassic, type ClassicMessage } from '../message/toClassic'
import { Code, OK, status, StatusError } from '../v2/code'
import type { Message, SendResultEntry, Status } from '../v2/messages'
import type { ClientCall, MessagingService } from '../v2/methods'
import { bodyLimit, checkMessage, type MessageLimits } from './checkMessage'
import { gzipToZlib } from './gzipBody'
import type { MessageSender, SendResult } from './messageSender'
import type { TopicTypeCheck } from './topicTypeCheck'
import type { TransactionDataManager } from './transactionDataManager'

interface Deps {
  clock: Pick<Clock, 'now'>
  config: MessageLimits
  checkType: TopicTypeCheck
  sender: Pick<MessageSender, 'send'>
  transactions: Pick<TransactionDataManager, 'add'>
}

interface Outgoing {
  message: ClassicMessage
  body: Buffer
}

/** Stored, but not as safely as the broker was told to. */
const unsafe = new Map<number, Code>([
  [ResponseCode.FLUSH_DISK_TIMEOUT, Code.MASTER_PERSISTENCE_TIMEOUT],
  [ResponseCode.FLUSH_SLAVE_TIMEOUT, Code.SLAVE_PERSISTENCE_TIMEOUT],
  [ResponseCode.SLAVE_NOT_AVAILABLE, Code.HA_NOT_AVAILABLE]
])

const storedStatus = ({ code, remark }: SendResult): Status => {
  const lacking = unsafe.get(code)
  return lacking === undefined ? OK : status(lacking, remark)
}

/** The topic of all of them. @throws StatusError. */
const topicOfAll = (messages: readonly Message[]): string => {
  const [first] = messages
  if (!first) throw new StatusError(Code.MESSAGE_CORRUPTED, 'the request has no message')
  const topic = topicOf(first.topic)
  if (messages.some((message) => message.topic?.name !== topic))
    throw new StatusError(Code.MESSAGE_CORRUPTED, 'the messages of one request have one topic')
  return topic
}

const bytesOf = (body: Uint8Array = new Uint8Array()): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)

/** One common code, or MULTIPLE_RESULTS. */
const commonStatus = (entries: readonly SendResultEntry[]): Status => {
  const [first, ...others] = entries
  if (!first || others.some((entry) => entry.status.code !== first.status.code))
    return status(Code.MULTIPLE_RESULTS)
  return first.status
}

export const sendMessage = (deps: Deps): MessagingService['SendMessage'] => {
  const { clock, config, checkType, sender, transactions } = deps

  const outgoing = async (topic: string, from: Message, call: ClientCall): Promise<Outgoing> => {
    const { remoteAddress } = call
    const message = toClassic(from, { topic, remoteAddress, now: clock.now() })
    const body = bytesOf(from.body)
    const isPacked = (message.sysFlag & MessageSysFlag.COMPRESSED_FLAG) !== 0
    return { message, body: isPacked ? await gzipToZlib(body, bodyLimit(config)) : body }
  }

  /** Its end comes by the id alone. */
  const remember = (message: ClassicMessage, result: SendResult, call: ClientCall): string => {
    const { topic, messageId } = message
    const transactionId = result.transactionId ?? messageId
    const place = decodeMessageId(result.offsetMsgId)
    if (place)
      transactions.add(topic, transactionId, {
        brokerName: result.brokerName,
        commitLogOffset: place.physicalOffset,
        tranStateTableOffset: result.queueOffset,
        clientId: call.clientId,
        isChecked: false
      })
    return transactionId
  }

  const sendOne = async (
    { message, body }: Outgoing,
    call: ClientCall
  ): Promise<SendResultEntry> => {
    const result = await sender.send(message, body, call.deadline)
    return {
      status: storedStatus(result),
      messageId: message.messageId,
      offset: result.queueOffset,
      ...(message.messageType === 'TRANSACTION' && {
        transactionId: remember(message, result, call)
      }),
      ...(result.recallHandle !== undefined && { recallHandle: result.recallHandle })
    }
  }

  /** One after the other: those of one message group stay in order. */
  const sendAll = async (
    all: readonly Outgoing[],
    call: ClientCall
  ): Promise<SendResultEntry[]> => {
    const entries: SendResultEntry[] = []
    for (const one of all) {
      const { messageId } = one.message
      const failed = (error: unknown): SendResultEntry => ({ status: statusOf(error), messageId })
      entries.push(await sendOne(one, call).catch(failed))
    }
    return entries
  }

  return async ({ messages = [] }, call) => {
    const topic = topicOfAll(messages)
    for (const message of messages) checkMessage(message, config, clock.now())
    const all = await Promise.all(messages.map((message) => outgoing(topic, message, call)))
    for (const { message } of all) await checkType(topic, message.messageType)
    const entries = all.length === 1 ? [await sendOne(all[0]!, call)] : await sendAll(all, call)
    return { status: commonStatus(entries), entries }
  }
}
