/** What tests of transactions stand on: a store on disk, a clock that stands still, producers that remember what they were asked. */
import type { Clock } from '../../../base/clock'
import { endOfTurn } from '../../../base/turn'
import { silentLog } from '../../../base/log'
import { seededRandom } from '../../../base/random'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { hostAddress } from '../../../protocol/message/host'
import { decodeMessage, type StoredMessage } from '../../../protocol/message/messageCodec'
import { MessageClientIDSetter } from '../../../protocol/message/messageClientIDSetter'
import { formatProperties, getProperty } from '../../../protocol/message/properties'
import { MessageSysFlag } from '../../../protocol/message/sysFlag'
import { RemotingError, type RemotingRequest } from '../../../protocol/remotingCommand'
import type { RemotingConnection } from '../../../remoting/connection'
import type { Route } from '../../../remoting/route'
import type { MessageStore } from '../../../store/messageStore'
import { message, StoreRig, type MessageDraft } from '../../../store/storeRig'
import { Broker2Client } from '../../broker2Client'
import { FakeConnection } from '../../brokerFakes'
import { ConsumerOffsetManager } from '../../consumerOffsetManager'
import { ProducerManager } from '../../producerManager'
import { FeatureRig, replacing } from '../featureRig'
import { MessageWriter } from '../messageWriter'
import { endTransaction } from './endTransaction'
import { parkHalfMessages } from './transaction'
import { TransactionalMessageCheckService } from './transactionalMessageCheckService'
import { isStored, TransactionalMessageService } from './transactionalMessageService'

export const { TRANSACTION_COMMIT_TYPE: COMMIT, TRANSACTION_ROLLBACK_TYPE: ROLLBACK } =
  MessageSysFlag

const identity = {
  name: 'broker-a',
  role: 'ASYNC_MASTER' as const,
  storeHost: hostAddress('10.0.0.2', 10_911)
}

export interface Prepared {
  uniqKey: string
  queueOffset: number
  physicalOffset: number
}

/** The broker's part of transactions, between a store and producers. */
export class TransactionRig extends FeatureRig {
  readonly config = {
    rejectTransactionMessage: false,
    transactionTimeOut: 6_000,
    transactionCheckMax: 15,
    transactionCheckInterval: 30_000,
    fileReservedTime: 72,
    flushConsumerOffsetInterval: 5_000,
    notifyConsumerIdsChangedEnable: true
  }
  readonly counted: string[] = []
  /** Timers set since the start. */
  timers = 0
  /** Both with the next start. */
  maxPending: number | undefined
  maxLag: number | undefined
  producers!: ProducerManager
  transactions!: TransactionalMessageService
  checks!: TransactionalMessageCheckService
  /** Called before each put of a store; a store that is dead answers nothing any more. */
  onPut: (() => 'kill before' | 'kill after' | undefined) | undefined
  private routes: Route[] = []
  private writer!: MessageWriter
  private keys = 0

  constructor() {
    super(new StoreRig())
  }

  protected async begin(real: MessageStore): Promise<void> {
    const store = this.mortal(real)
    const { config } = this
    const timed: Clock = {
      now: () => this.clock.now(),
      monotonic: () => this.clock.monotonic(),
      every: (period, callback) => this.clock.every(period, callback),
      real: this.clock.real,
      after: (delay, callback) => {
        this.timers++
        return this.clock.after(delay, callback)
      }
    }
    const clock = timed
    this.timers = 0
    this.producers = new ProducerManager(clock.real)
    this.offsets = new ConsumerOffsetManager({
      ...{ clock: clock.real, config, log: silentLog },
      meta: { consumerOffsets: this.kept }
    })
    this.writer = new MessageWriter(store)
    this.writer.use([parkHalfMessages({ config, identity })])
    const ids = new MessageClientIDSetter(clock, seededRandom(1), identity.storeHost.ip, 1)
    const trace = { put: () => undefined, transaction: () => undefined }
    const common = {
      clock,
      config,
      identity,
      store,
      trace,
      log: silentLog,
      producers: this.producers
    }
    this.transactions = new TransactionalMessageService({
      ...{ ...common, ids, writer: this.writer, offsets: this.offsets },
      ...(this.maxPending !== undefined && { maxPending: this.maxPending })
    })
    const { transactions } = this
    this.checks = new TransactionalMessageCheckService({
      ...{ ...common, transactions, broker2Client: new Broker2Client({ log: silentLog, config }) },
      topics: { createInSendBack: () => Promise.resolve({} as never) },
      ...(this.maxLag !== undefined && { maxLag: this.maxLag })
    })
    this.routes = endTransaction({
      ...{ ...common, transactions },
      stats: { incPut: (topic) => this.counted.push(topic) },
      tail: { isOpen: false, offer: () => undefined }
    })
    const opened = await transactions.open()
    const checking = this.checks.start()
    this.running = {
      dispose: () => {
        checking.dispose()
        opened.dispose()
      }
    }
  }

  /** The store of a process that dies when `onPut` says so. */
  private mortal(real: MessageStore): MessageStore {
    let isDead = false
    const never = new Promise<never>(() => undefined)
    const putMessage: MessageStore['putMessage'] = (one) => {
      if (isDead) return never
      const verdict = this.onPut?.()
      isDead = verdict !== undefined
      if (verdict === 'kill before') return never
      const result = real.putMessage(one)
      return verdict === 'kill after' ? result.then(() => never) : result
    }
    return replacing(real, { putMessage })
  }

  /** A half message of producer group PG. */
  async prepare(
    body: string,
    properties: Record<string, string> = {},
    draft: MessageDraft = {}
  ): Promise<Prepared> {
    const uniqKey = properties['UNIQ_KEY'] ?? `KEY-${this.keys++}`
    const all = { TRAN_MSG: 'true', PGROUP: 'PG', UNIQ_KEY: uniqKey, ...properties }
    const result = await this.writer.put(
      message('T', body, {
        bornTimestamp: this.clock.now(),
        sysFlag: MessageSysFlag.TRANSACTION_PREPARED_TYPE,
        properties: formatProperties(Object.entries(all)),
        ...draft
      })
    )
    if (!isStored(result)) throw new Error(result.reason)
    return { uniqKey, queueOffset: result.queueOffset, physicalOffset: result.physicalOffsets[0]! }
  }

  /** The code of the answer; undefined without one. */
  async end(
    half: Prepared,
    commitOrRollback: number,
    more: object = {}
  ): Promise<number | undefined> {
    const ext = {
      producerGroup: 'PG',
      tranStateTableOffset: half.queueOffset,
      commitLogOffset: half.physicalOffset,
      ...{ commitOrRollback, msgId: half.uniqKey },
      ...more
    }
    return this.ask(RequestCode.END_TRANSACTION, ext)
  }

  /** The code of the answer; undefined without one. */
  async ask(code: number, ext: object): Promise<number | undefined> {
    const extFields = Object.fromEntries(Object.entries(ext).map(([k, v]) => [k, String(v)]))
    const command = {
      ...{ code, extFields, language: 'JAVA', version: 479, opaque: 1, flag: 0 },
      serializeType: 'JSON' as const
    }
    const connection = new FakeConnection() as unknown as RemotingConnection
    try {
      const route = this.routes.find((one) => one.code === code)
      return (await route!.handle(command, connection))?.code
    } catch (error) {
      if (error instanceof RemotingError) return error.code
      throw error
    }
  }

  /** A producer of PG that is connected. */
  producer(address = '127.0.0.1:50000', group = 'PG'): FakeConnection {
    const connection = new FakeConnection(address)
    this.producers.registerProducer(group, {
      ...{ connection, clientId: address, language: 'JAVA', version: 479 }
    })
    return connection
  }

  /** So many rounds of checks, each when its time comes. */
  async rounds(count = 1): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.clock.advance(this.config.transactionCheckInterval)
      await this.checks.check()
      await this.turns()
    }
  }

  /** What is decided is in the op queue a turn later, and the next turn knows. */
  async turns(count = 4): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise<void>((resolve) => endOfTurn(resolve))
  }

  async messages(topic = 'T', queueId = 0): Promise<StoredMessage[]> {
    const { store } = this.rig
    const max = store.getMaxOffsetInQueue(topic, queueId)
    const all: StoredMessage[] = []
    for (let offset = 0; offset < max; offset = all.length) {
      const result = await store.getMessage({ topic, queueId, offset, maxMsgNums: 32 })
      all.push(...result.messages.map((record) => decodeMessage(record)))
    }
    return all
  }

  async bodies(topic = 'T', queueId = 0): Promise<string[]> {
    return (await this.messages(topic, queueId)).map(({ body }) => body.toString())
  }
}

/** What a producer is asked by CHECK_TRANSACTION_STATE. */
export const questionOf = ({ code, extFields = {}, body }: RemotingRequest) => {
  if (code !== RequestCode.CHECK_TRANSACTION_STATE || !body) throw new Error(`no check: ${code}`)
  const half = decodeMessage(body)
  return {
    ...{ extFields, half },
    body: half.body.toString(),
    checkTimes: Number(getProperty(half.properties, 'TRANSACTION_CHECK_TIMES')),
    prepared: {
      uniqKey: extFields['msgId']!,
      queueOffset: Number(extFields['tranStateTableOffset']),
      physicalOffset: Number(extFields['commitLogOffset'])
    }
  }
}

export const questionsTo = ({ sent }: FakeConnection) => sent.map(questionOf)
