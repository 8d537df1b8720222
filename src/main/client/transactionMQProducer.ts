/** Half messages, and how they end. Java: TransactionMQProducer, ClientRemotingProcessor.checkTransactionState. */
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  CheckTransactionStateRequestHeader,
  EndTransactionRequestHeader
} from '../protocol/headers/transaction'
import { formatHost } from '../protocol/message/host'
import { decodeMessage } from '../protocol/message/messageCodec'
import { decodeMessageId } from '../protocol/message/messageId'
import { MessageSysFlag } from '../protocol/message/sysFlag'
import { RemotingError } from '../protocol/remotingCommand'
import { route, type Route } from '../remoting/route'
import type { Message } from './message'
import { toMessageExt, type MessageExt } from './messageExt'
import type { SendOptions, SendResult } from './messageSender'
import { DefaultMQProducer } from './defaultMQProducer'
import { CLIENT_API_TIMEOUT_MS, type MQClientInstance } from './mqClientInstance'

/** Java: LocalTransactionState, without its prefixes. */
export type TransactionState = 'commit' | 'rollback' | 'unknown'

/** Where a half message lies. */
export interface HalfMessage {
  topic: string
  /** UNIQ_KEY, which is its transaction's id too. */
  msgId: string
  address: string
  /** Queue offset in the half topic. */
  tranStateTableOffset: number
  commitLogOffset: number
}

const bits: Record<TransactionState, number> = {
  commit: MessageSysFlag.TRANSACTION_COMMIT_TYPE,
  rollback: MessageSysFlag.TRANSACTION_ROLLBACK_TYPE,
  unknown: MessageSysFlag.TRANSACTION_NOT_TYPE
}

export interface HalfSent {
  half: HalfMessage
  result: SendResult
}

export class TransactionMQProducer extends DefaultMQProducer {
  constructor(
    private readonly mq: MQClientInstance,
    producerGroup: string
  ) {
    super(mq, producerGroup)
  }

  /** Stored where nobody gets it. @throws as `send`. */
  async sendHalf(message: Message, options: SendOptions = {}): Promise<HalfSent> {
    const result = await this.send({ ...message, isHalf: true }, options)
    const place = decodeMessageId(result.offsetMsgId)
    if (!place)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `${result.messageQueue.brokerName} stored the half message and gave no offset id; it will ask for its end`
      )
    const half = {
      topic: message.topic,
      msgId: result.msgId,
      address: this.mq.routes.masterAddress(result.messageQueue.brokerName),
      tranStateTableOffset: result.queueOffset,
      commitLogOffset: place.physicalOffset
    }
    return { half, result }
  }

  /** END_TRANSACTION (37), answered: Java's producers do not wait for it. @throws RemotingError what the broker says against it. */
  async endTransaction(
    half: HalfMessage,
    state: TransactionState,
    fromTransactionCheck = false
  ): Promise<void> {
    const extFields = EndTransactionRequestHeader.encode({
      topic: half.topic,
      producerGroup: this.producerGroup,
      tranStateTableOffset: half.tranStateTableOffset,
      commitLogOffset: half.commitLogOffset,
      commitOrRollback: bits[state],
      fromTransactionCheck,
      msgId: half.msgId,
      transactionId: half.msgId
    })
    const request = { code: RequestCode.END_TRANSACTION, extFields }
    // Brokers answer neither one-way requests nor an end that is not known yet.
    if (state === 'unknown') await this.mq.remoting.oneway(half.address, request)
    else await this.mq.remoting.call(half.address, request, CLIENT_API_TIMEOUT_MS)
  }
}

/** CHECK_TRANSACTION_STATE (39): a broker asks how the transaction of a half message ended. */
export const answerTransactionChecks = (
  onCheck: (half: HalfMessage, message: MessageExt) => void
): Route =>
  route(
    RequestCode.CHECK_TRANSACTION_STATE,
    CheckTransactionStateRequestHeader,
    ({ header, body }) => {
      const message = toMessageExt(decodeMessage(body), header.bname ?? '')
      const { tranStateTableOffset, commitLogOffset } = header
      onCheck(
        {
          topic: header.topic ?? message.topic,
          msgId: header.transactionId ?? message.msgId,
          address: formatHost(message.storeHost),
          ...{ tranStateTableOffset, commitLogOffset }
        },
        message
      )
      return undefined
    }
  )
