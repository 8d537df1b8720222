import { Disposables, type Disposable } from '../base/disposable'
import {
  buildSubscriptionData,
  isTagType,
  sqlSubscriptionData,
  SUB_ALL,
  type ConsumerData,
  type SubscriptionData
} from '../protocol/bodies/heartbeat'
import type { MessageQueue } from '../protocol/bodies/messageQueue'
import type { StoredMessage } from '../protocol/message/messageCodec'
import { getProperty, MessageConst } from '../protocol/message/properties'
import { isRetryTopic, retryTopicOf } from '../protocol/topicNames'
import { allocateMessageQueueAveragely } from '../protocol/allocateMessageQueueAveragely'
import {
  checkClientConfig,
  consumerSendMsgBack,
  getConsumerListByGroup,
  getMaxOffset,
  searchOffset
} from './brokerCalls'
import { toMessageExt } from './messageExt'
import {
  CLIENT_API_TIMEOUT_MS,
  type ConsumerInner,
  type MQClientInstance
} from './mqClientInstance'
import { ProcessQueue, type MessageListener } from './processQueue'
import { MemoryOffsetStore } from './memoryOffsetStore'
import { LOCK_INTERVAL_MS, QueueLocks } from './queueLocks'
import { RemoteBrokerOffsetStore, type OffsetStore } from './remoteBrokerOffsetStore'
import { queueKey, subscribeQueues } from '../protocol/topicQueues'

/** Java: RebalanceService.waitInterval. */
export const REBALANCE_MS = 20_000
/** Java: persistConsumerOffsetInterval. */
export const PERSIST_CONSUMER_OFFSET_MS = 5000
/** Pause before what a failed call left open is settled again. */
export const REBALANCE_AGAIN_MS = 1000
/** Java: consumeTimestamp, its default age. */
const CONSUME_TIMESTAMP_AGE_MS = 30 * 60_000
/** Java: maxReconsumeTimes of a concurrent consumer. */
const MAX_RECONSUME_TIMES = 16
/** Java: suspendCurrentQueueTimeMillis. */
const SUSPEND_CURRENT_QUEUE_MS = 1000

export type ConsumeFromWhere =
  'CONSUME_FROM_LAST_OFFSET' | 'CONSUME_FROM_FIRST_OFFSET' | 'CONSUME_FROM_TIMESTAMP'

export interface PushConsumerOptions {
  client: MQClientInstance
  group: string
  /** Topic to tag expression, `*` for every message, or to an SQL92 expression. */
  subscription: Iterable<readonly [topic: string, subExpression: string | { sql92: string }]>
  listener: MessageListener
  /** Where a group begins that never consumed a queue. */
  consumeFromWhere?: ConsumeFromWhere
  /** For CONSUME_FROM_TIMESTAMP, milliseconds since the epoch; absent: half an hour ago. */
  consumeTimestamp?: number
  pullBatchSize?: number
  /** BROADCASTING: each member gets every message; those it fails on are left out. Absent: CLUSTERING. */
  messageModel?: 'CLUSTERING' | 'BROADCASTING'
  /**
   * A queue has one member at a time, across joins, leaves and deaths, and stands still for a second where its listener
   * fails: the same message comes again. Java: MessageListenerOrderly.
   */
  isOrderly?: boolean
}

/**
 * A member of a group: its share of the queues, pushed one message at a time per queue. In order too where it is not
 * asked for; `isOrderly` keeps it when queues change hands and messages fail. Java: DefaultMQPushConsumerImpl.
 */
export class DefaultMQPushConsumer implements ConsumerInner {
  readonly group: string
  private readonly client: MQClientInstance
  private readonly subscriptions = new Map<string, SubscriptionData>()
  private readonly processQueues = new Map<string, ProcessQueue>()
  private readonly offsets: OffsetStore
  /** Of an orderly member of a clustering group. */
  private readonly locks: QueueLocks | undefined
  /** Queues in order whose last message is still in a listener's hands. */
  private readonly leaving = new Set<string>()
  private readonly disposables = new Disposables()
  private rebalancing: Promise<void> | undefined
  private rebalanceAgain = false
  private soon: Disposable | undefined
  private stopped = false

  /** @throws RangeError for an expression that names no tag. */
  constructor(private readonly options: PushConsumerOptions) {
    this.client = options.client
    this.group = options.group
    const { isOrderly = false } = options
    this.offsets = this.isBroadcasting ? new MemoryOffsetStore() : new RemoteBrokerOffsetStore(this.client, this.group) // prettier-ignore
    this.locks = isOrderly && !this.isBroadcasting ? new QueueLocks(this.client, this.group) : undefined // prettier-ignore
    const subVersion = this.client.clock.now()
    for (const [topic, expression] of options.subscription)
      this.subscriptions.set(
        topic,
        typeof expression === 'string'
          ? buildSubscriptionData(topic, expression, subVersion)
          : sqlSubscriptionData(topic, expression.sql92, subVersion)
      )
    if (this.isBroadcasting) return
    const retryTopic = retryTopicOf(this.group)
    this.subscriptions.set(retryTopic, buildSubscriptionData(retryTopic, SUB_ALL, subVersion))
  }

  get listener(): MessageListener {
    return this.options.listener
  }

  private get isBroadcasting(): boolean {
    return this.options.messageModel === 'BROADCASTING'
  }

  /** The queues this member has now. */
  get assignment(): MessageQueue[] {
    return [...this.processQueues.values()].map(({ queue }) => queue)
  }

  /**
   * Joins the group; resolves after the first allocation, which may be empty while brokers cannot be reached.
   * @throws RemotingError when a broker does not take an SQL92 expression.
   */
  async start(): Promise<void> {
    const { clock, routes } = this.client
    this.client.registerConsumer(this)
    await Promise.allSettled([...this.subscriptions.keys()].map((topic) => routes.find(topic)))
    try {
      await this.checkClientInBroker()
    } catch (error) {
      await this.client.unregisterConsumer(this)
      throw error
    }
    await this.client.sendHeartbeatToAllBrokers()
    this.disposables.add(clock.real.every(REBALANCE_MS, () => this.rebalanceImmediately()))
    this.disposables.add(
      clock.real.every(PERSIST_CONSUMER_OFFSET_MS, () => this.offsets.persistAllOneway())
    )
    if (this.locks)
      this.disposables.add(clock.real.every(LOCK_INTERVAL_MS, () => void this.lockAll()))
    await this.rebalance()
  }

  /** Finishes what listeners have in hand, stores the offsets and leaves the group. */
  async stop(): Promise<void> {
    if (this.stopped) return
    this.stopped = true
    this.disposables.dispose()
    this.soon?.dispose()
    await this.rebalancing
    await Promise.all([...this.processQueues.values()].map((held) => this.release(held)))
    await this.client.unregisterConsumer(this)
  }

  /** As Java's consumers do: a wrong expression is known at the start, not by messages that never come. */
  private async checkClientInBroker(): Promise<void> {
    const { remoting, routes, clientId } = this.client
    for (const subscription of this.subscriptions.values()) {
      if (isTagType(subscription.expressionType)) continue
      const route = await routes.find(subscription.topic)
      for (const { brokerName } of route?.brokerDatas ?? []) {
        const body = { clientId, group: this.group, subscriptionData: subscription }
        await checkClientConfig(remoting, routes.brokerAddress(brokerName), body, CLIENT_API_TIMEOUT_MS) // prettier-ignore
      }
    }
  }

  consumerData(): ConsumerData {
    return {
      consumeFromWhere: this.options.consumeFromWhere ?? 'CONSUME_FROM_LAST_OFFSET',
      consumeType: 'CONSUME_PASSIVELY',
      groupName: this.group,
      messageModel: this.options.messageModel ?? 'CLUSTERING',
      subscriptionDataSet: [...this.subscriptions.values()],
      unitMode: false
    }
  }

  rebalanceImmediately(): void {
    void this.rebalance()
  }

  /** One at a time; a wish that comes meanwhile is granted once more at the end. */
  private rebalance(): Promise<void> {
    this.rebalanceAgain = true
    this.rebalancing ??= this.rebalanceUntilSettled().finally(() => {
      this.rebalancing = undefined
    })
    return this.rebalancing
  }

  private async rebalanceUntilSettled(): Promise<void> {
    while (this.rebalanceAgain && !this.stopped) {
      this.rebalanceAgain = false
      for (const topic of this.subscriptions.keys()) {
        try {
          await this.rebalanceByTopic(topic)
        } catch (error) {
          this.client.log.debug(`${this.group}: ${topic} is not settled: ${String(error)}`)
          this.tryAgainSoon()
        }
      }
    }
  }

  private tryAgainSoon(): void {
    if (this.soon || this.stopped) return
    this.soon = this.client.clock.real.after(REBALANCE_AGAIN_MS, () => {
      this.soon = undefined
      this.rebalanceImmediately()
    })
  }

  private async rebalanceByTopic(topic: string): Promise<void> {
    const route = await this.client.routes.find(topic)
    const [first] = route?.brokerDatas ?? []
    if (!route || !first) return
    const mqAll = subscribeQueues(topic, route)
    const mine = this.isBroadcasting ? mqAll : await this.shareOf(mqAll, first.brokerName)
    const wanted = new Map(mine.map((queue) => [queueKey(queue), queue]))
    // First give away, then take: the new owner waits for our offset.
    const lost = [...this.processQueues].filter(
      ([key, held]) => held.queue.topic === topic && !wanted.has(key)
    )
    await Promise.all(lost.map(([, held]) => this.release(held)))
    const gained = [...wanted].flatMap(([key, queue]) => (this.processQueues.has(key) ? [] : queue))
    const free = await this.lockable(gained)
    await Promise.all(free.map((queue) => this.acquire(queue)))
  }

  private async shareOf(mqAll: MessageQueue[], brokerName: string): Promise<MessageQueue[]> {
    const { remoting, routes, clientId } = this.client
    const address = routes.brokerAddress(brokerName)
    const cidAll = await getConsumerListByGroup(remoting, address, this.group, CLIENT_API_TIMEOUT_MS) // prettier-ignore
    return allocateMessageQueueAveragely(clientId, mqAll, cidAll)
  }

  /** Those that may be consumed now; in order a queue waits until its former member gives it away, or its lock expires. */
  private async lockable(queues: MessageQueue[]): Promise<MessageQueue[]> {
    const { locks } = this
    if (!locks || queues.length === 0) return queues
    await locks.lock(queues.filter((queue) => !this.leaving.has(queueKey(queue))))
    const free = queues.filter((queue) => !this.leaving.has(queueKey(queue)) && locks.isLocked(queue)) // prettier-ignore
    if (free.length < queues.length) this.tryAgainSoon()
    return free
  }

  /** Renews the locks; a queue that another member has is given up, with whatever was not committed. */
  private async lockAll(): Promise<void> {
    const denied = (await this.locks?.lock(this.assignment)) ?? []
    for (const queue of denied) {
      const held = this.processQueues.get(queueKey(queue))
      if (!held) continue
      this.processQueues.delete(queueKey(queue))
      this.offsets.forget(queue)
      void held.abandon()
      this.unlockAtEnd(held)
    }
    if (denied.length > 0) this.rebalanceImmediately()
  }

  private async release(held: ProcessQueue): Promise<void> {
    this.processQueues.delete(queueKey(held.queue))
    await held.drop()
    await this.offsets.release(held.queue)
    this.unlockAtEnd(held)
  }

  /** Not before the listener is through: the next member, or this one again, would consume beside it. */
  private unlockAtEnd({ queue, ended }: ProcessQueue): void {
    const { locks } = this
    if (!locks) return
    this.leaving.add(queueKey(queue))
    void ended.then(() => {
      this.leaving.delete(queueKey(queue))
      locks.unlock(queue)
    })
  }

  private async acquire(queue: MessageQueue): Promise<void> {
    const subscription = this.subscriptions.get(queue.topic)
    const offset = (await this.offsets.fetch(queue)) ?? (await this.firstOffset(queue))
    if (this.stopped || !subscription) {
      this.locks?.unlock(queue)
      return
    }
    this.offsets.update(queue, offset)
    this.processQueues.set(
      queueKey(queue),
      new ProcessQueue(queue, offset, {
        client: this.client,
        group: this.group,
        subscription,
        pullBatchSize: this.options.pullBatchSize ?? 32,
        listener: this.options.listener,
        offsets: this.offsets,
        sendBack: (message, from) => this.sendBack(message, from),
        ...(this.locks && {
          suspendCurrentQueueMs: SUSPEND_CURRENT_QUEUE_MS,
          isLocked: (held) => this.locks?.isLocked(held) === true
        })
      })
    )
  }

  /** Java: RebalancePushImpl.computePullFromWhere. */
  private firstOffset(queue: MessageQueue): number | Promise<number> {
    const { clock, remoting } = this.client
    const address = this.client.routes.brokerAddress(queue.brokerName)
    const maxOffset = (): Promise<number> =>
      getMaxOffset(remoting, address, queue, CLIENT_API_TIMEOUT_MS)
    switch (this.options.consumeFromWhere ?? 'CONSUME_FROM_LAST_OFFSET') {
      case 'CONSUME_FROM_FIRST_OFFSET':
        return 0
      case 'CONSUME_FROM_LAST_OFFSET':
        return isRetryTopic(queue.topic) ? 0 : maxOffset()
      case 'CONSUME_FROM_TIMESTAMP': {
        if (isRetryTopic(queue.topic)) return maxOffset()
        const timestamp = this.options.consumeTimestamp ?? clock.now() - CONSUME_TIMESTAMP_AGE_MS
        return searchOffset(remoting, address, queue, timestamp, CLIENT_API_TIMEOUT_MS)
      }
    }
  }

  private async sendBack(message: StoredMessage, { brokerName }: MessageQueue): Promise<void> {
    if (this.isBroadcasting) {
      this.client.log.warn(`${this.group}: ${message.topic}@${message.queueId}@${message.queueOffset} was not consumed; broadcasting has no retries`) // prettier-ignore
      return
    }
    const property = (name: string): string | undefined => getProperty(message.properties, name)
    await consumerSendMsgBack(
      this.client.remoting,
      this.client.routes.masterAddress(brokerName),
      {
        offset: message.physicalOffset,
        group: this.group,
        delayLevel: 0,
        originMsgId:
          property(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID) ??
          toMessageExt(message, brokerName).msgId,
        originTopic: property(MessageConst.PROPERTY_RETRY_TOPIC) ?? message.topic,
        unitMode: false,
        maxReconsumeTimes: MAX_RECONSUME_TIMES,
        bname: brokerName
      },
      CLIENT_API_TIMEOUT_MS
    )
  }
}
