import type { Disposable } from '../base/disposable'
import type { SubscriptionData } from '../protocol/bodies/heartbeat'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import { ResponseCode } from '../protocol/codes/responseCode'
import { getProperty, MessageConst } from '../protocol/message/properties'
import type { StoredMessage } from '../protocol/message/messageCodec'
import { RemotingError } from '../protocol/remotingCommand'
import { toMessageExt, type MessageExt } from './messageExt'
import type { MQClientInstance } from './mqClientInstance'
import { RemotingConnectError } from '../remoting/errors'
import { pullMessage, type PullResult } from './pullMessage'
import type { OffsetStore } from './remoteBrokerOffsetStore'
import { queueKey } from '../protocol/topicQueues'

/** Java: brokerSuspendMaxTimeMillis. */
export const BROKER_SUSPEND_MAX_MS = 15_000
/** Java: consumerTimeoutMillisWhenSuspend. */
export const CONSUMER_TIMEOUT_WHEN_SUSPEND_MS = 30_000
/** Pause after a pull that failed. Java: pullTimeDelayMillsWhenException. */
export const PULL_DELAY_WHEN_EXCEPTION_MS = 1000
/** Pause before a message that could neither be consumed nor sent back is tried again. Java: submitConsumeRequestLater. */
export const CONSUME_AGAIN_MS = 5000

/** How long a dropped queue waits for the message in the listener's hands; later its end counts no more, the next owner repeats it. */
export const AWAIT_LISTENER_MS = 5000

/** Java: ConsumeConcurrentlyStatus. */
export type ConsumeStatus = 'CONSUME_SUCCESS' | 'RECONSUME_LATER'

/** Throwing means RECONSUME_LATER, returning nothing CONSUME_SUCCESS. */
export type MessageListener = (
  message: MessageExt,
  queue: MessageQueue
) => ConsumeStatus | void | Promise<ConsumeStatus | void>

interface Deps {
  client: Pick<
    MQClientInstance,
    'remoting' | 'routes' | 'clock' | 'log' | 'sendHeartbeatToAllBrokers'
  >
  group: string
  subscription: SubscriptionData
  pullBatchSize: number
  listener: MessageListener
  offsets: Pick<OffsetStore, 'update' | 'toCommit' | 'persist'>
  /** Where to leave a message that was not consumed. */
  sendBack: (message: StoredMessage, queue: MessageQueue) => Promise<void>
  /** In order: the message is tried again here, and the queue waits so long for it. */
  suspendCurrentQueueMs?: number | undefined
  /** In order: whether the queue is this member's now. */
  isLocked?: ((queue: MessageQueue) => boolean) | undefined
}

/** The broker does not know our subscription (any more): it restarted, or the heartbeat is under way. */
const isSubscriptionMissing = (error: unknown): boolean =>
  error instanceof RemotingError &&
  (error.code === ResponseCode.SUBSCRIPTION_NOT_EXIST ||
    error.code === ResponseCode.SUBSCRIPTION_NOT_LATEST)

/**
 * One queue of a member: pulls, hands over one message after the other in queue order, pulls on. At most one pull's
 * messages are held. Java: ProcessQueue, PullMessageService.
 */
export class ProcessQueue {
  private dropped = false
  /** The offset belongs to the next owner. */
  private released = false
  private onDropped: () => void = () => undefined
  /** Resolves once nothing is in the listener's hands and nothing will be. */
  readonly ended: Promise<void>

  constructor(
    readonly queue: MessageQueue,
    private nextOffset: number,
    private readonly deps: Deps
  ) {
    this.ended = this.run()
  }

  /** Takes nothing more; resolves when the message in the listener's hands is done, or AWAIT_LISTENER_MS are over. */
  async drop(): Promise<void> {
    this.dropped = true
    this.onDropped()
    const late = this.timer(AWAIT_LISTENER_MS)
    await Promise.race([late.over, this.ended])
    late.dispose()
    this.released = true
  }

  /** As `drop`; what the listener has in hand changes no offset any more, the queue is another member's already. */
  abandon(): Promise<void> {
    this.released = true
    return this.drop()
  }

  private async run(): Promise<void> {
    while (!this.dropped) {
      try {
        const result = await this.untilDropped(this.pull())
        if (result === 'dropped') return
        await this.take(result)
      } catch (error) {
        await this.recover(error)
      }
    }
  }

  private pull(): Promise<PullResult> {
    const { client, group, subscription, pullBatchSize, offsets } = this.deps
    const { brokerName, topic, queueId } = this.queue
    return pullMessage(
      client.remoting,
      client.routes.brokerAddress(brokerName),
      {
        consumerGroup: group,
        topic,
        queueId,
        brokerName,
        offset: this.nextOffset,
        maxMsgNums: pullBatchSize,
        commitOffset: offsets.toCommit(this.queue),
        suspendTimeoutMs: BROKER_SUSPEND_MAX_MS,
        subVersion: subscription.subVersion
      },
      CONSUMER_TIMEOUT_WHEN_SUSPEND_MS
    )
  }

  private async take(result: PullResult): Promise<void> {
    for (const message of result.messages) {
      if (this.dropped) return
      if (this.deps.isLocked?.(this.queue) === false) return this.pause(PULL_DELAY_WHEN_EXCEPTION_MS) // prettier-ignore
      if (this.isWanted(message) && !(await this.consume(message))) return
      this.advance(message.queueOffset + 1)
    }
    this.advance(result.nextBeginOffset)
    if (result.status !== 'OFFSET_ILLEGAL') return
    this.deps.client.log.warn(
      `${this.deps.group}: ${queueKey(this.queue)} goes on at ${this.nextOffset}, the broker has no other`
    )
    await this.deps.offsets.persist(this.queue)
  }

  private advance(nextOffset: number): void {
    this.nextOffset = nextOffset
    if (!this.released) this.deps.offsets.update(this.queue, nextOffset)
  }

  /** The broker filters by hash codes; two tags may share one. */
  private isWanted(message: StoredMessage): boolean {
    const { tagsSet, expressionType } = this.deps.subscription
    if (expressionType !== 'TAG' || tagsSet.length === 0) return true
    return tagsSet.includes(getProperty(message.properties, MessageConst.PROPERTY_TAGS) ?? '')
  }

  /** False when the queue was dropped before the message found its end. */
  private async consume(message: StoredMessage): Promise<boolean> {
    const { listener, client, group } = this.deps
    const place = `${queueKey(this.queue)}@${message.queueOffset}`
    const ext = toMessageExt(message, this.queue.brokerName)
    const topic = getProperty(message.properties, MessageConst.PROPERTY_RETRY_TOPIC) ?? ext.topic
    for (let failures = 0; ; failures++) {
      const reconsumeTimes = ext.reconsumeTimes + (this.suspendMs === undefined ? 0 : failures)
      try {
        const status = await listener({ ...ext, topic, reconsumeTimes }, this.queue)
        if (status !== 'RECONSUME_LATER') return true
      } catch (error) {
        client.log.warn(`${group}: the listener failed on ${place}`, error)
      }
      if (await this.isLeft(message, place)) return true
      await this.pause(this.suspendMs ?? CONSUME_AGAIN_MS)
      if (this.dropped) return false
    }
  }

  private get suspendMs(): number | undefined {
    return this.deps.suspendCurrentQueueMs
  }

  /** May the queue go on without this message? */
  private async isLeft(message: StoredMessage, place: string): Promise<boolean> {
    if (this.suspendMs !== undefined) return false
    try {
      await this.deps.sendBack(message, this.queue)
      return true
    } catch (error) {
      this.deps.client.log.warn(`${this.deps.group}: ${place} could not be sent back, it stays here`, error) // prettier-ignore
      return false
    }
  }

  private async recover(error: unknown): Promise<void> {
    if (this.dropped) return
    const { client, group } = this.deps
    client.log.debug(`${group}: pulling ${queueKey(this.queue)} failed: ${String(error)}`)
    if (isSubscriptionMissing(error)) await client.sendHeartbeatToAllBrokers()
    // Its master may be gone, and a slave be there to go on from; without a nameserver the known route is tried again.
    if (error instanceof RemotingConnectError)
      await client.routes.refresh(this.queue.topic).catch(() => undefined)
    await this.pause(PULL_DELAY_WHEN_EXCEPTION_MS)
  }

  private async pause(ms: number): Promise<void> {
    const pause = this.timer(ms)
    await this.untilDropped(pause.over)
    pause.dispose()
  }

  /** A slot, not a race with one long-lived promise: that would remember every pull there was. */
  private untilDropped<T>(awaited: Promise<T>): Promise<T | 'dropped'> {
    return new Promise((resolve, reject) => {
      this.onDropped = () => resolve('dropped')
      if (this.dropped) resolve('dropped')
      awaited.then(resolve, reject)
    })
  }

  private timer(ms: number): Disposable & { over: Promise<void> } {
    let dispose: () => void = () => undefined
    const over = new Promise<void>((resolve) => {
      const alarm = this.deps.client.clock.real.after(ms, resolve)
      dispose = () => alarm.dispose()
    })
    return { over, dispose }
  }
}
