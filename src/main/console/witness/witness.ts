/**
 * A producer and a consumer of ours with default settings, so that the page can show what clients see while something
 * goes wrong. They are clients like any other: a fault of clients is one of theirs.
 */
import type { SeenPoint } from '../../../shared/faultViews'
import type { Admin } from '../../admin/admin'
import type { Clock } from '../../base/clock'
import { Disposables } from '../../base/disposable'
import type { Log } from '../../base/log'
import type { Random } from '../../base/random'
import { DefaultMQProducer } from '../../client/defaultMQProducer'
import { DefaultMQPushConsumer } from '../../client/defaultMQPushConsumer'
import type { SendOptions } from '../../client/messageSender'
import type { SessionCredentials } from '../../protocol/sessionCredentials'
import { MQClientInstance } from '../../client/mqClientInstance'
import { retryTopicOf } from '../../protocol/topicNames'
import { RouteWatch } from './routeWatch'
import { failureName, SeenSecond } from './seenSecond'

/** Made on every master while somebody watches, and deleted afterwards. */
export const WITNESS_TOPIC = 'GANTRY_WITNESS'
export const WITNESS_GROUP = 'GANTRY_WITNESS'
/** Between two sends, wherever they go. */
export const SEND_EVERY_MS = 200
/** Between two sends to each broker by itself. */
export const PROBE_EVERY_MS = 500
/** Sends under way, each for 3 s at most; beyond it a send is left out. */
export const MAX_UNDER_WAY = 100
/** Between two tries to make the topic where it could not be made. */
const PREPARE_EVERY_MS = 5000

export interface WitnessDeps {
  /** Time of the cluster's messages. */
  clock: Clock
  random: Random
  log: Log
  admin: Pick<Admin, 'updateTopic' | 'deleteTopic' | 'deleteSubGroup'>
  credentials: SessionCredentials | undefined
  namesrvAddresses: () => readonly string[]
  brokerNames: () => readonly string[]
  onSecond: (point: SeenPoint) => void
  onRoutes: (nameserver: string, brokers: string[]) => void
}

export class Witness {
  private readonly second = new SeenSecond()
  private readonly client: MQClientInstance
  private readonly producer: DefaultMQProducer
  private readonly consumer: DefaultMQPushConsumer
  private readonly disposables = new Disposables()
  private underWay = 0
  /** The topic is on every master. */
  private isPrepared = false
  private isStarted = false
  private isStopped = false

  constructor(private readonly deps: WitnessDeps) {
    const { clock, random, log, namesrvAddresses, credentials } = deps
    this.client = new MQClientInstance({ clock, random, log, namesrvAddresses, credentials })
    this.producer = new DefaultMQProducer(this.client, WITNESS_GROUP)
    this.consumer = new DefaultMQPushConsumer({
      client: this.client,
      group: WITNESS_GROUP,
      subscription: [[WITNESS_TOPIC, '*']],
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      listener: () => {
        this.second.got()
        return 'CONSUME_SUCCESS'
      }
    })
  }

  start(): void {
    const { real } = this.deps.clock
    const watch = new RouteWatch({
      client: this.client.remoting,
      nameservers: this.deps.namesrvAddresses,
      onChange: this.deps.onRoutes
    })
    this.disposables.add(
      real.every(1000, () => {
        this.deps.onSecond(this.second.take(real.wall(), this.deps.brokerNames()))
        void watch.look()
      })
    )
    this.disposables.add(real.every(PREPARE_EVERY_MS, () => this.prepare()))
    this.disposables.add(real.every(SEND_EVERY_MS, () => void this.send()))
    this.disposables.add(
      real.every(PROBE_EVERY_MS, () => {
        for (const brokerName of this.deps.brokerNames())
          void this.send({ queue: { brokerName, queueId: 0 } })
      })
    )
    this.prepare()
  }

  /** Leaves nothing behind where the brokers can be reached. */
  async stop(): Promise<void> {
    if (this.isStopped) return
    this.isStopped = true
    this.disposables.dispose()
    await this.preparing
    await this.leave()
  }

  private prepare(): void {
    this.preparing = this.preparing.then(() => this.prepareOnce())
  }
  private preparing = Promise.resolve()

  /** The topic with one queue on every master there is; where one does not answer the others will do. Never rejects. */
  private async prepareOnce(): Promise<void> {
    if (this.isStopped || (this.isPrepared && this.isStarted)) return
    const { admin, log } = this.deps
    try {
      const topicName = WITNESS_TOPIC
      await admin.updateTopic({ topicName, readQueueNums: 1, writeQueueNums: 1, perm: 6 })
      this.isPrepared = true
    } catch (error) {
      log.debug(`${WITNESS_TOPIC} is not on every master: ${String(error)}`)
    }
    if (this.isStarted) return
    try {
      await this.producer.start()
      await this.consumer.start()
      this.isStarted = true
    } catch (error) {
      log.debug(`the witness is not ready: ${String(error)}`)
    }
  }

  private async send(options: SendOptions = {}): Promise<void> {
    if (!this.isStarted || this.underWay >= MAX_UNDER_WAY) return
    const { real } = this.deps.clock
    const began = real.monotonic()
    this.underWay++
    const outcome = await this.producer
      .send({ topic: WITNESS_TOPIC, body: Buffer.from('w') }, options)
      .then(({ sendStatus }) => sendStatus, failureName)
    this.underWay--
    this.second.sent(outcome, real.monotonic() - began, options.queue?.brokerName)
  }

  private async leave(): Promise<void> {
    const { admin } = this.deps
    await this.attempt(() => this.consumer.stop())
    await this.attempt(() => this.producer.stop())
    // Before the group goes: a pull that a broker still holds for it would make it anew.
    this.client.close()
    await this.attempt(() => admin.deleteTopic(WITNESS_TOPIC))
    await this.attempt(() => admin.deleteSubGroup(WITNESS_GROUP, true))
    await this.attempt(() => admin.deleteTopic(retryTopicOf(WITNESS_GROUP)))
  }

  /** Where a broker cannot be reached something is left behind. */
  private async attempt(step: () => Promise<unknown>): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.deps.log.debug(`the witness left something behind: ${String(error)}`)
    }
  }
}
