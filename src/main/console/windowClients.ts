/** The console as a producer: one client of the cluster in use, opened with the first send, for all windows. */
import type { Disposable } from '../base/disposable'
import type { Log } from '../base/log'
import type { Random } from '../base/random'
import type { MessageExt } from '../client/messageExt'
import { MQClientInstance } from '../client/mqClientInstance'
import { RequestReplies } from '../client/requestReply'
import {
  answerTransactionChecks,
  TransactionMQProducer,
  type HalfMessage
} from '../client/transactionMQProducer'
import type { Target } from './connections/target'

/** Brokers ask its members how half messages of the composer ended, also those of an earlier run. */
export const COMPOSER_GROUP = 'GANTRY_COMPOSER'

type PlaceOf = Pick<Target, 'namesrvAddresses' | 'clientOptions'>

export interface WindowClient {
  readonly instance: MQClientInstance
  readonly producer: TransactionMQProducer
  readonly replies: RequestReplies
}

interface Deps {
  random: Random
  log: Log
  /** Of the call under way. */
  target: () => PlaceOf
  onCheck: (half: HalfMessage, message: MessageExt, client: WindowClient) => void
}

export class WindowClients implements Disposable {
  private current: { target: PlaceOf; client: WindowClient; isProducer: boolean } | undefined

  constructor(private readonly deps: Deps) {}

  /** Brokers hear of it as a producer as soon as a route names them. */
  get(): WindowClient {
    const current = this.find()
    if (!current.isProducer) {
      current.isProducer = true
      void current.client.producer.start()
    }
    return current.client
  }

  /** To look around with: nobody hears of it. */
  reader(): MQClientInstance {
    return this.find().client.instance
  }

  /** Members of no group, of a client of their own: a consumer may be of a group another one is of. */
  openInstance(): MQClientInstance {
    return this.instanceOf(this.deps.target())
  }

  /** The cluster in use is another one, or the console ends. */
  dispose(): void {
    this.current?.client.instance.close()
    this.current = undefined
  }

  async leave(): Promise<void> {
    await this.current?.client.producer.stop()
    this.dispose()
  }

  private find() {
    const target = this.deps.target()
    if (this.current?.target !== target) {
      this.dispose()
      this.current = { target, client: this.open(target), isProducer: false }
    }
    return this.current
  }

  private open(target: PlaceOf): WindowClient {
    const replies = new RequestReplies(target.clientOptions.clock.real)
    const instance = this.instanceOf(target, [
      replies.route(),
      answerTransactionChecks((half, message) => this.deps.onCheck(half, message, client))
    ])
    const producer = new TransactionMQProducer(instance, COMPOSER_GROUP)
    const client = { instance, producer, replies }
    return client
  }

  private instanceOf(
    { namesrvAddresses, clientOptions }: PlaceOf,
    answers: NonNullable<ConstructorParameters<typeof MQClientInstance>[0]['answers']> = []
  ): MQClientInstance {
    const { random, log } = this.deps
    return new MQClientInstance({
      ...clientOptions,
      random,
      log: log.child('window'),
      namesrvAddresses: () => namesrvAddresses(),
      answers
    })
  }
}
