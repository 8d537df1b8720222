/** Asks producers how their transactions ended. Idle while none is in doubt. Java: TransactionalMessageCheckService. */
import type { Clock } from '../../../base/clock'
import type { Disposable } from '../../../base/disposable'
import type { Log } from '../../../base/log'
import { createMessageId } from '../../../protocol/message/messageId'
import {
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  RMQ_SYS_TRANS_HALF_TOPIC
} from '../../../protocol/topicNames'
import type { MessageStore } from '../../../store/messageStore'
import type { Broker2Client } from '../../broker2Client'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { ProducerManager } from '../../producerManager'
import type { TopicConfigManager } from '../../topicConfigManager'
import type { MessageTrace } from '../../trace/messageTrace'
import { isCommitted, isDiscarded } from './endedTransactions'
import { checkBody, checkImmunityTime, discarded, renewed, type HalfMessage } from './halfMessage'
import type { PendingTransaction } from './pendingTransactions'
import {
  inSlices,
  isStored,
  type Place,
  type TransactionalMessageService
} from './transactionalMessageService'

/** Checks of one round; the others come with the next one, before those checked now. */
export const MAX_CHECKS_PER_ROUND = 10_000
/** A half message that may not be checked yet is put at the end of the queue when it lags so far, for the next start to read less. */
export const MAX_LAG = 50_000
const HOUR_MS = 3_600_000

export interface CheckServiceDeps {
  clock: Pick<Clock, 'now' | 'after'>
  log: Log
  config: Pick<
    BrokerConfig,
    'transactionTimeOut' | 'transactionCheckMax' | 'transactionCheckInterval' | 'fileReservedTime'
  >
  identity: Pick<BrokerIdentity, 'name' | 'storeHost'>
  store: Pick<MessageStore, 'putMessage' | 'queryMessage' | 'lookMessageByOffset'>
  topics: Pick<TopicConfigManager, 'createInSendBack'>
  producers: Pick<ProducerManager, 'availableChannel'>
  broker2Client: Pick<Broker2Client, 'checkProducerTransactionState'>
  trace: Pick<MessageTrace, 'transaction'>
  transactions: TransactionalMessageService
  /** Half messages; MAX_LAG without it. */
  maxLag?: number
}

export class TransactionalMessageCheckService {
  private timer: Disposable | undefined
  private running: Promise<void> | undefined
  private isStopped = false

  constructor(private readonly deps: CheckServiceDeps) {}

  start(): Disposable {
    const listening = this.deps.transactions.arrived.on(() => this.arm())
    this.arm()
    return {
      dispose: () => {
        this.isStopped = true
        listening.dispose()
        this.timer?.dispose()
      }
    }
  }

  /** One round, or the end of the one under way. Never rejects. */
  check(): Promise<void> {
    this.running ??= this.round()
      .catch((error: unknown) =>
        this.deps.log.error('a round of transaction checks failed; the next one goes on', error)
      )
      .finally(() => {
        this.running = undefined
        this.arm()
      })
    return this.running
  }

  private arm(): void {
    const { clock, config, transactions } = this.deps
    if (this.timer || this.running || this.isStopped || !transactions.hasWork) return
    this.timer = clock.after(config.transactionCheckInterval, () => {
      this.timer = undefined
      return this.check()
    })
  }

  private async round(): Promise<void> {
    const { clock, transactions } = this.deps
    const startTime = clock.now()
    await transactions.load()
    let checks = MAX_CHECKS_PER_ROUND
    await inSlices([...transactions.pending.values()], (entry) => {
      if (checks <= 0 || entry.isDone || this.isStopped) return undefined
      if (!entry.isRead && !transactions.inspect(entry)) return undefined
      const work = this.judge(entry, startTime)
      if (work) checks--
      return work
    })
  }

  /** What is to be done with it now; undefined: nothing. */
  private judge(entry: PendingTransaction, startTime: number): Promise<void> | undefined {
    const { config, transactions } = this.deps
    const age = startTime - entry.since
    const reservedMs = config.fileReservedTime * HOUR_MS
    if (age > checkImmunityTime(entry, config.transactionTimeOut) || age < 0)
      return this.checkOne(entry, age > reservedMs)
    if (age > reservedMs) return this.checkOne(entry, true)
    if (transactions.maxOffset - entry.queueOffset <= (this.deps.maxLag ?? MAX_LAG))
      return undefined
    const half = transactions.inspect(entry)
    return half && this.renew(entry, half, half.checkTimes).then(() => undefined)
  }

  private async checkOne(entry: PendingTransaction, isTooOld: boolean): Promise<void> {
    const { config, transactions } = this.deps
    if (!entry.isVerified && !(await this.verify(entry))) return
    const half = transactions.inspect(entry)
    if (!half) return
    if (isTooOld || half.checkTimes >= config.transactionCheckMax) return this.discard(entry, half)
    const place = await this.renew(entry, half, half.checkTimes + 1)
    const copy = place && transactions.read(place.physicalOffset)
    if (copy) this.ask(copy)
  }

  /** Of one found at the start: false when its end was in the log already. */
  private async verify(entry: PendingTransaction): Promise<boolean> {
    const { store, transactions } = this.deps
    const half = transactions.inspect(entry)
    if (!half) return false
    const hasEnded = (await isCommitted(store, half)) || (await isDiscarded(store, half))
    if (hasEnded && !entry.isDone) transactions.done(entry)
    entry.isVerified = true
    return !entry.isDone
  }

  private renew(
    entry: PendingTransaction,
    half: HalfMessage,
    checkTimes: number
  ): Promise<Place | undefined> {
    const { transactions, identity } = this.deps
    return transactions.renew(entry, renewed(half, checkTimes, identity.storeHost))
  }

  private ask(half: HalfMessage): void {
    const { producers, broker2Client, identity, log, trace } = this.deps
    const { producerGroup = '', uniqKey, stored } = half
    const channel = producers.availableChannel(producerGroup)
    if (!channel) {
      log.debug(
        `nobody of the producer group ${producerGroup} is connected; how its message for ${half.realTopic} ends is asked again`
      )
      return
    }
    const header = {
      topic: RMQ_SYS_TRANS_HALF_TOPIC,
      tranStateTableOffset: stored.queueOffset,
      commitLogOffset: stored.physicalOffset,
      ...{ msgId: uniqKey, transactionId: uniqKey, bname: identity.name },
      offsetMsgId: createMessageId(stored.storeHost, stored.physicalOffset)
    }
    broker2Client.checkProducerTransactionState(channel.connection, header, checkBody(half))
    trace.transaction('check', stored, producerGroup, channel.connection)
  }

  private async discard(entry: PendingTransaction, { checkTimes }: HalfMessage): Promise<void> {
    const { topics, store, transactions, identity, log } = this.deps
    await topics.createInSendBack(RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC, 1)
    const half = entry.isDone ? undefined : transactions.inspect(entry)
    if (!half) return
    const { realTopic, producerGroup, uniqKey } = half
    const result = await store.putMessage(discarded(half, identity.storeHost))
    const what = `the half message ${uniqKey} of ${producerGroup} for ${realTopic}`
    if (!isStored(result)) {
      log.warn(`${what} could not be given up, trying again: ${result.reason}`)
      return
    }
    log.warn(
      `${what} was given up after ${checkTimes} checks: it is in ${RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC} now`
    )
    if (!entry.isDone) transactions.done(entry)
  }
}
