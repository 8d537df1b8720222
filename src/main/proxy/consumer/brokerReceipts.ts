/** What brokers are told of messages in hand: ACK_MESSAGE (200051), CHANGE_MESSAGE_INVISIBLETIME (200053), CONSUMER_SEND_MSG_BACK (36). Java: ConsumerProcessor, ProducerProcessor. */
import { ackRequest, changedReceipt, changeInvisibleRequest } from '../../client/popReceipt'
import type { RouteCache } from '../../client/routeCache'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { ConsumerSendMsgBackRequestHeader } from '../../protocol/headers/consume'
import { RemotingError, type ExtFields, type RemotingRequest } from '../../protocol/remotingCommand'
import type { RemotingClient } from '../../remoting/client'
import {
  invalidHandle,
  orInvalidHandle,
  storedTopicOf,
  type Owner,
  type ReceiptHandle
} from './receiptHandle'

/** Java: MessagingProcessor.DEFAULT_TIMEOUT_MILLS. */
const TIMEOUT_MS = 2000

/** delayLevel of CONSUMER_SEND_MSG_BACK. */
const TO_DEAD_LETTERS = -1

/** The broker does not have the message, or keeps it no more. */
const goneCodes: ReadonlySet<number> = new Set([
  ResponseCode.NO_MESSAGE,
  ResponseCode.MESSAGE_ILLEGAL
])

/** What both brokers say of a commit-log offset where nothing begins. */
const NOTHING_THERE = /^look message by offset failed/

interface Deps {
  remoting: Pick<RemotingClient, 'invoke'>
  routes: Pick<RouteCache, 'get' | 'refresh' | 'masterAddress'>
}

/** Every call: @throws RemotingError TOPIC_NOT_EXIST, SERVICE_NOT_AVAILABLE …, RemotingConnectError, RemotingTimeoutError. */
export class BrokerReceipts {
  constructor(private readonly deps: Deps) {}

  /** @throws StatusError INVALID_RECEIPT_HANDLE where the broker has no such message. */
  async ack(owner: Owner, handle: ReceiptHandle): Promise<void> {
    await orInvalid(
      this.call(
        owner,
        handle,
        orInvalidHandle(() => ackRequest(owner, handle))
      )
    )
  }

  /** It comes back after so long from now; the handle it has then. @throws as `ack`. */
  async changeInvisible(
    owner: Owner,
    handle: ReceiptHandle,
    invisibleMs: number
  ): Promise<ReceiptHandle> {
    const request = orInvalidHandle(() => changeInvisibleRequest(owner, handle, invisibleMs))
    return changedReceipt(handle, await orInvalid(this.call(owner, handle, request)))
  }

  /** A copy lies with the group's dead letters then; the message itself is still to be acknowledged. False: it is gone. */
  async copyToDeadLetters(
    owner: Owner,
    handle: ReceiptHandle,
    messageId: string
  ): Promise<boolean> {
    const extFields = ConsumerSendMsgBackRequestHeader.encode({
      ...{ offset: handle.commitLogOffset, group: owner.group, delayLevel: TO_DEAD_LETTERS },
      ...{ originTopic: storedTopicOf(owner, handle), originMsgId: messageId, unitMode: false },
      bname: handle.brokerName
    })
    try {
      await this.call(owner, handle, { code: RequestCode.CONSUMER_SEND_MSG_BACK, extFields })
      return true
    } catch (error) {
      if (error instanceof RemotingError && NOTHING_THERE.test(error.remark)) return false
      throw error
    }
  }

  private async call(
    { topic }: Owner,
    { brokerName }: ReceiptHandle,
    request: RemotingRequest
  ): Promise<ExtFields> {
    const address = await this.addressOf(topic, brokerName)
    const { code, remark, extFields } = await this.deps.remoting.invoke(
      address,
      request,
      TIMEOUT_MS
    )
    if (code === ResponseCode.SUCCESS) return extFields
    throw new RemotingError(code, remark ?? `${brokerName} refused it`)
  }

  /** Asked anew where the broker is not among those known: it may have been away. */
  private async addressOf(topic: string, brokerName: string): Promise<string> {
    const { routes } = this.deps
    await routes.get(topic)
    try {
      return routes.masterAddress(brokerName)
    } catch {
      await routes.refresh(topic)
      return routes.masterAddress(brokerName)
    }
  }
}

/** @throws StatusError INVALID_RECEIPT_HANDLE where the broker does not have the message. */
const orInvalid = async <T>(answer: Promise<T>): Promise<T> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof RemotingError && goneCodes.has(error.code))
      throw invalidHandle(error.remark)
    throw error
  }
}
