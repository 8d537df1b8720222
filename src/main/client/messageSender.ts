import type { Clock } from '../base/clock'
import type { Random } from '../base/random'
import { messageQueue, type MessageQueue } from '../protocol/bodies/messageQueue'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { SendMessageRequestHeaderV2, SendMessageResponseHeader } from '../protocol/headers/send'
import { encodeBatch } from '../protocol/message/batchCodec'
import { appendProperty, formatProperties, MessageConst } from '../protocol/message/properties'
import { MessageSysFlag } from '../protocol/message/sysFlag'
import {
  RemotingError,
  type RemotingCommand,
  type RemotingRequest
} from '../protocol/remotingCommand'
import { AUTO_CREATE_TOPIC_KEY_TOPIC, isRetryTopic } from '../protocol/topicNames'
import type { RemotingClient } from '../remoting/client'
import { RemotingConnectError, RemotingTimeoutError } from '../remoting/errors'
import type { MessageClientIDSetter } from '../protocol/message/messageClientIDSetter'
import { checkMessage, messageProperties, MAX_BODY_BYTES, type Message } from './message'
import type { RouteCache } from './routeCache'
import { publishQueues } from '../protocol/topicQueues'

/** Java: sendMsgTimeout; for all attempts together. */
export const SEND_MSG_TIMEOUT_MS = 3000
/** Java: retryTimesWhenSendFailed. */
export const RETRY_TIMES_WHEN_SEND_FAILED = 2
/** Queues a topic gets when sending creates it. Java: defaultTopicQueueNums. */
export const DEFAULT_TOPIC_QUEUE_NUMS = 4

/** Java: SendStatus. All but the first: stored, but not as safely as asked. */
export type SendStatus =
  'SEND_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE'

/** Java: SendResult. Ids of a batch are joined by commas. */
export interface SendResult {
  sendStatus: SendStatus
  /** UNIQ_KEY. */
  msgId: string
  offsetMsgId: string
  messageQueue: MessageQueue
  /** Of the first message of a batch. */
  queueOffset: number
  regionId?: string | undefined
  /** Of a message that waits for its time: it can be taken back with it. */
  recallHandle?: string | undefined
}

export interface SendOptions {
  /** Exactly this queue, one attempt. Absent: queues in turn, other brokers on failure. */
  queue?: Pick<MessageQueue, 'brokerName' | 'queueId'> | undefined
  timeoutMs?: number | undefined
}

const statuses = new Map<number, SendStatus>([
  [ResponseCode.SUCCESS, 'SEND_OK'],
  [ResponseCode.FLUSH_DISK_TIMEOUT, 'FLUSH_DISK_TIMEOUT'],
  [ResponseCode.FLUSH_SLAVE_TIMEOUT, 'FLUSH_SLAVE_TIMEOUT'],
  [ResponseCode.SLAVE_NOT_AVAILABLE, 'SLAVE_NOT_AVAILABLE']
])

/** Java: DefaultMQProducer.retryResponseCodes. */
const retryResponseCodes: ReadonlySet<number> = new Set([
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.SYSTEM_BUSY,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.NO_PERMISSION,
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.NO_BUYER_ID,
  ResponseCode.NOT_IN_CURRENT_UNIT,
  ResponseCode.GO_AWAY
])

const isRetriable = (error: unknown): boolean =>
  error instanceof RemotingError
    ? retryResponseCodes.has(error.code)
    : error instanceof RemotingConnectError || error instanceof RemotingTimeoutError

/** One send on the wire, whatever queue it goes to. */
interface Outgoing {
  code: number
  topic: string
  flag: number
  sysFlag: number
  properties: string
  body: Buffer
  batch: boolean
  /** UNIQ_KEY, or those of a batch joined. */
  msgId: string
}

/** What sending needs; an `MQClientInstance` has it. */
export interface SenderClient {
  remoting: Pick<RemotingClient, 'invoke' | 'oneway'>
  routes: Pick<RouteCache, 'find' | 'get' | 'forget' | 'masterAddress'>
  ids: Pick<MessageClientIDSetter, 'createUniqID'>
  clock: Pick<Clock, 'now' | 'monotonic'>
  random: Pick<Random, 'int'>
}

/** Sends to a topic's queues in turn, or to a chosen one. Java: DefaultMQProducerImpl. */
export class MessageSender {
  private nextIndex: number

  constructor(
    private readonly client: SenderClient,
    readonly producerGroup: string
  ) {
    this.nextIndex = client.random.int(1024)
  }

  /**
   * @throws RemotingError MESSAGE_ILLEGAL, TOPIC_NOT_EXIST, or what the broker answered; RemotingConnectError;
   * RemotingTimeoutError, after which the message may be stored or not.
   */
  send(message: Message, options: SendOptions = {}): Promise<SendResult> {
    return this.sendWithRetries(this.single(message), options)
  }

  /** All of one topic, stored together with consecutive offsets, or none. No delay level. */
  sendBatch(messages: readonly Message[], options: SendOptions = {}): Promise<SendResult> {
    return this.sendWithRetries(this.batch(messages), options)
  }

  /** Resolves when it was handed to the connection; whether it arrived nobody says. */
  async sendOneway(message: Message, options: SendOptions = {}): Promise<void> {
    const outgoing = this.single(message)
    const queue = this.select(await this.queuesFor(outgoing.topic, options))
    await this.client.remoting.oneway(
      this.client.routes.masterAddress(queue.brokerName),
      this.request(outgoing, queue)
    )
  }

  /** Queues that take messages. @throws RemotingError TOPIC_NOT_EXIST, NO_PERMISSION. */
  async publishQueues(topic: string): Promise<MessageQueue[]> {
    const route = await this.client.routes.find(topic)
    const queues = route ? publishQueues(topic, route) : await this.templateQueues(topic)
    if (queues.length > 0) return queues
    throw new RemotingError(
      ResponseCode.NO_PERMISSION,
      `${topic} has no writeable queue on a broker with a master; check the topic's perm and the brokers`
    )
  }

  private async queuesFor(topic: string, { queue }: SendOptions): Promise<MessageQueue[]> {
    if (!queue) return this.publishQueues(topic)
    // Only the broker's address is needed; whether the queue takes messages the broker says.
    const route = await this.client.routes.find(topic)
    if (!route) await this.templateQueues(topic)
    return [messageQueue(topic, queue.brokerName, queue.queueId)]
  }

  /** A topic that does not exist yet is sent to as the template says; the broker then creates it. */
  private async templateQueues(topic: string): Promise<MessageQueue[]> {
    const template = await this.client.routes.find(AUTO_CREATE_TOPIC_KEY_TOPIC)
    if (template) return publishQueues(topic, template, DEFAULT_TOPIC_QUEUE_NUMS)
    // The nameserver's own words say what to do.
    return publishQueues(topic, await this.client.routes.get(topic))
  }

  private async sendWithRetries(outgoing: Outgoing, options: SendOptions): Promise<SendResult> {
    const { clock, routes } = this.client
    const deadline = clock.monotonic() + (options.timeoutMs ?? SEND_MSG_TIMEOUT_MS)
    const queues = await this.queuesFor(outgoing.topic, options)
    const attempts = options.queue ? 1 : 1 + RETRY_TIMES_WHEN_SEND_FAILED
    let failure: unknown
    let lastBrokerName: string | undefined
    for (let attempt = 0; attempt < attempts; attempt++) {
      const leftMs = deadline - clock.monotonic()
      if (attempt > 0 && leftMs <= 0) break
      const queue = this.select(queues, lastBrokerName)
      lastBrokerName = queue.brokerName
      try {
        return await this.sendTo(outgoing, queue, Math.max(leftMs, 1))
      } catch (error) {
        failure = error
        if (!isRetriable(error)) break
      }
    }
    // The route may have been wrong: the next send asks for it again.
    if (isRetriable(failure)) routes.forget(outgoing.topic)
    throw failure
  }

  private async sendTo(
    outgoing: Outgoing,
    queue: MessageQueue,
    timeoutMs: number
  ): Promise<SendResult> {
    const address = this.client.routes.masterAddress(queue.brokerName)
    const response = await this.client.remoting.invoke(
      address,
      this.request(outgoing, queue),
      timeoutMs
    )
    return this.result(outgoing, queue, response)
  }

  private result(outgoing: Outgoing, queue: MessageQueue, response: RemotingCommand): SendResult {
    const sendStatus = statuses.get(response.code)
    if (!sendStatus)
      throw new RemotingError(
        response.code,
        response.remark ?? `${queue.brokerName} refused the message`,
        response.extFields
      )
    const header = SendMessageResponseHeader.decode(response.extFields)
    return {
      sendStatus,
      msgId: outgoing.msgId,
      offsetMsgId: header.msgId,
      messageQueue: { ...queue, queueId: header.queueId },
      queueOffset: header.queueOffset,
      ...(header.MSG_REGION !== undefined && { regionId: header.MSG_REGION }),
      ...(header.recallHandle !== undefined && { recallHandle: header.recallHandle })
    }
  }

  private select(queues: readonly MessageQueue[], lastBrokerName?: string): MessageQueue {
    for (let i = 0; lastBrokerName !== undefined && i < queues.length; i++) {
      const queue = queues[this.nextIndex++ % queues.length]!
      if (queue.brokerName !== lastBrokerName) return queue
    }
    return queues[this.nextIndex++ % queues.length]!
  }

  private request(outgoing: Outgoing, queue: MessageQueue): RemotingRequest {
    const extFields = SendMessageRequestHeaderV2.encode({
      producerGroup: this.producerGroup,
      topic: outgoing.topic,
      defaultTopic: AUTO_CREATE_TOPIC_KEY_TOPIC,
      defaultTopicQueueNums: DEFAULT_TOPIC_QUEUE_NUMS,
      queueId: queue.queueId,
      sysFlag: outgoing.sysFlag,
      bornTimestamp: this.client.clock.now(),
      flag: outgoing.flag,
      properties: outgoing.properties,
      reconsumeTimes: 0,
      unitMode: false,
      batch: outgoing.batch,
      bname: queue.brokerName
    })
    return { code: outgoing.code, extFields, body: outgoing.body }
  }

  private single(message: Message): Outgoing {
    checkMessage(message)
    const { properties, uniqKey } = messageProperties(message, () => this.client.ids.createUniqID())
    return {
      code: RequestCode.SEND_MESSAGE_V2,
      topic: message.topic,
      flag: message.flag ?? 0,
      sysFlag: message.isHalf ? MessageSysFlag.TRANSACTION_PREPARED_TYPE : 0,
      properties: message.isHalf ? this.asHalf(properties) : properties,
      body: message.body,
      batch: false,
      msgId: uniqKey
    }
  }

  /** Brokers ask members of the group how its transaction ended. Java: sendMessageInTransaction. */
  private asHalf(properties: string): string {
    const half = appendProperty(properties, MessageConst.PROPERTY_TRANSACTION_PREPARED, 'true')
    return appendProperty(half, MessageConst.PROPERTY_PRODUCER_GROUP, this.producerGroup)
  }

  private batch(messages: readonly Message[]): Outgoing {
    const topic = messages[0]?.topic
    if (topic === undefined || messages.some((m) => m.topic !== topic))
      throw new RemotingError(
        ResponseCode.MESSAGE_ILLEGAL,
        'a batch holds at least one message, all of one topic'
      )
    if (
      isRetryTopic(topic) ||
      messages.some((m) => m.delayTimeLevel !== undefined || m.isHalf === true)
    )
      throw new RemotingError(
        ResponseCode.MESSAGE_ILLEGAL,
        'a batch takes no delay level, no half message and no retry topic; send such messages one by one'
      )
    const singles = messages.map((message) => this.single(message))
    const body = encodeBatch(singles)
    if (body.length > MAX_BODY_BYTES)
      throw new RemotingError(
        ResponseCode.MESSAGE_ILLEGAL,
        `the batch has ${body.length} bytes, a frame takes at most ${MAX_BODY_BYTES}; split it`
      )
    return {
      code: RequestCode.SEND_BATCH_MESSAGE,
      topic,
      flag: 0,
      sysFlag: 0,
      properties: formatProperties([[MessageConst.PROPERTY_WAIT_STORE_MSG_OK, 'true']]),
      body,
      batch: true,
      msgId: singles.map((single) => single.msgId).join(',')
    }
  }
}
