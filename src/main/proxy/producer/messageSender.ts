/** Sends to a queue of the topic, and to another broker's where the first cannot take it. Java: ProducerProcessor.sendMessage. */
import type { RouteCache } from '../../client/routeCache'
import type { RealTime } from '../../base/clock'
import type { MessageQueue } from '../../protocol/bodies/messageQueue'
import type { TopicRouteData } from '../../protocol/bodies/route'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { SendMessageRequestHeaderV2, SendMessageResponseHeader } from '../../protocol/headers/send'
import {
  RemotingError,
  type RemotingCommand,
  type RemotingRequest
} from '../../protocol/remotingCommand'
import type { RemotingClient } from '../../remoting/client'
import { RemotingConnectError, RemotingTimeoutError } from '../../remoting/errors'
import type { ClassicMessage } from '../message/toClassic'
import { Code, StatusError } from '../v2/code'
import type { BytesInFlight } from './bytesInFlight'
import { masterIn } from './masterAddress'
import type { QueueSelector } from './queueSelector'

/** How long a broker may take, ms: shorter than the 3 s that clients wait, so that they hear why. Java: MessagingProcessor.DEFAULT_TIMEOUT_MILLS. */
export const SEND_TIMEOUT_MS = 2000
/** How long a message waits for its turn behind large ones, ms; its caller may wait less. */
export const MAX_TURN_MS = 10_000
/** Brokers tried. Clients try again themselves. */
export const SEND_ATTEMPTS = 3

/** Java: SendStatus. All are stored; all but the first not as safely as the broker was told to. */
const stored: ReadonlySet<number> = new Set([
  ResponseCode.SUCCESS,
  ResponseCode.FLUSH_DISK_TIMEOUT,
  ResponseCode.FLUSH_SLAVE_TIMEOUT,
  ResponseCode.SLAVE_NOT_AVAILABLE
])

const brokerFailures: ReadonlySet<number> = new Set([
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.SYSTEM_BUSY,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.GO_AWAY
])

/** This broker did not store it, another one may. */
const refusedHere: ReadonlySet<number> = new Set([
  ...brokerFailures,
  ResponseCode.NO_PERMISSION,
  ResponseCode.TOPIC_NOT_EXIST
])

export interface SendResult {
  /** SUCCESS, or what of the promised safety is missing. */
  code: number
  remark: string | undefined
  brokerName: string
  /** Offset message id. */
  offsetMsgId: string
  /** Of a half message: in the half topic. */
  queueOffset: number
  transactionId: string | undefined
  recallHandle: string | undefined
}

interface Deps {
  clock: Pick<RealTime, 'monotonic'>
  remoting: Pick<RemotingClient, 'invoke'>
  routes: Pick<RouteCache, 'find' | 'refresh'>
  selector: Pick<QueueSelector, 'select' | 'failed' | 'worked'>
  inFlight: Pick<BytesInFlight, 'enter' | 'leave'>
}

/** Broker names to the addresses that this message was sent to. */
type Tried = Map<string, string>

interface Target {
  queue: MessageQueue
  address: string
}

/** A connection that could not be opened names its cause; one that broke may have carried the message. */
const wasNeverSent = (error: RemotingConnectError): boolean => error.cause !== undefined

const isLineFailure = (error: unknown): boolean =>
  error instanceof RemotingConnectError || error instanceof RemotingTimeoutError

/** Other messages had better go elsewhere, too. */
const isBrokerFailure = (error: unknown): boolean =>
  isLineFailure(error) || (error instanceof RemotingError && brokerFailures.has(error.code))

const isRouteDoubtful = (error: unknown): boolean =>
  isLineFailure(error) || (error instanceof RemotingError && refusedHere.has(error.code))

const mayTryElsewhere = (error: unknown, { messageType }: ClassicMessage): boolean => {
  if (error instanceof RemotingError) return refusedHere.has(error.code)
  if (!(error instanceof RemotingConnectError)) return false
  // Of two half messages the producer would end only one.
  return messageType !== 'TRANSACTION' || wasNeverSent(error)
}

export class MessageSender {
  constructor(private readonly deps: Deps) {}

  /**
   * @param deadline monotonic ms, of the caller.
   * @throws StatusError TOPIC_NOT_FOUND, FORBIDDEN; RemotingError with what the broker answered; RemotingConnectError;
   * RemotingTimeoutError, after which the message may be stored or not.
   */
  async send(message: ClassicMessage, body: Buffer, deadline: number): Promise<SendResult> {
    const { clock, selector } = this.deps
    const tried: Tried = new Map()
    let failure: unknown
    for (let attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
      const target = await this.targetAgain(message, tried)
      if (!target || clock.monotonic() >= deadline) break
      const { brokerName } = target.queue
      tried.set(brokerName, target.address)
      try {
        const result = await this.sendTo(message, body, target, deadline)
        selector.worked(brokerName)
        return result
      } catch (error) {
        failure = error
        if (isBrokerFailure(error)) selector.failed(brokerName)
        const isAgain = mayTryElsewhere(error, message)
        // The next send, too, goes by the newest route; one that cannot be had now stays as it is.
        const refreshed = isRouteDoubtful(error) ? this.refresh(message.topic) : undefined
        if (!isAgain) break
        await refreshed
      }
    }
    if (tried.size > 0) throw failure
    throw new StatusError(Code.PROXY_TIMEOUT, `no time was left to send to ${message.topic}`)
  }

  /** Undefined where there is no other broker, or none for its message group: then the client tries again. */
  private async targetAgain(message: ClassicMessage, tried: Tried): Promise<Target | undefined> {
    if (tried.size === 0) return this.target(message, tried)
    // Why the first one failed says more than that there is no other.
    const target = await this.target(message, tried).catch(() => undefined)
    return target && tried.get(target.queue.brokerName) !== target.address ? target : undefined
  }

  private refresh(topic: string): Promise<TopicRouteData | undefined> {
    return this.deps.routes.refresh(topic).catch(() => undefined)
  }

  private async target(message: ClassicMessage, tried: Tried): Promise<Target> {
    const { topic } = message
    const route = await this.deps.routes.find(topic)
    if (!route)
      throw new StatusError(
        Code.TOPIC_NOT_FOUND,
        `topic ${topic} does not exist; create it in the console or with mqadmin updateTopic`
      )
    const target = this.targetIn(route, message, tried)
    if (target) return target
    const newest = await this.refresh(topic)
    const again = newest && this.targetIn(newest, message, tried)
    if (again) return again
    throw new StatusError(
      Code.FORBIDDEN,
      `topic ${topic} has no writable queue on a broker with a master; check its permission and the brokers`
    )
  }

  private targetIn(
    route: TopicRouteData,
    { topic, messageGroup }: ClassicMessage,
    tried: Tried
  ): Target | undefined {
    const queue = this.deps.selector.select(topic, route, { messageGroup, tried })
    const address = queue && masterIn(route, queue.brokerName)
    return queue && address !== undefined ? { queue, address } : undefined
  }

  private async sendTo(
    message: ClassicMessage,
    body: Buffer,
    { queue, address }: Target,
    deadline: number
  ): Promise<SendResult> {
    const { clock, inFlight, remoting } = this.deps
    const bytes = body.length + message.properties.length
    const leftMs = (limitMs: number): number =>
      Math.max(1, Math.min(limitMs, deadline - clock.monotonic()))
    const turn = inFlight.enter(address, bytes, leftMs(MAX_TURN_MS))
    if (turn) await turn
    try {
      const request = sendRequest(message, body, queue)
      const answer = await remoting.invoke(address, request, leftMs(SEND_TIMEOUT_MS))
      return resultOf(message, queue, answer)
    } finally {
      inFlight.leave(address, bytes)
    }
  }
}

/** @throws RemotingError where it is not stored. */
const resultOf = (
  { topic }: ClassicMessage,
  { brokerName }: MessageQueue,
  answer: RemotingCommand
): SendResult => {
  if (!stored.has(answer.code))
    throw new RemotingError(
      answer.code,
      answer.remark ?? `broker ${brokerName} refused the message for ${topic}`
    )
  const header = SendMessageResponseHeader.decode(answer.extFields)
  return {
    code: answer.code,
    remark: answer.remark,
    brokerName,
    offsetMsgId: header.msgId,
    queueOffset: header.queueOffset,
    transactionId: header.transactionId,
    recallHandle: header.recallHandle
  }
}

const sendRequest = (
  { topic, sysFlag, bornTimestamp, reconsumeTimes, properties }: ClassicMessage,
  body: Buffer,
  { brokerName, queueId }: MessageQueue
): RemotingRequest => ({
  code: RequestCode.SEND_MESSAGE_V2,
  extFields: SendMessageRequestHeaderV2.encode({
    producerGroup: topic,
    topic,
    // Never a template: a topic that was just deleted must not come back by a send.
    defaultTopic: topic,
    defaultTopicQueueNums: 0,
    queueId,
    sysFlag,
    bornTimestamp,
    flag: 0,
    properties,
    reconsumeTimes,
    unitMode: false,
    batch: false,
    bname: brokerName
  }),
  body
})
