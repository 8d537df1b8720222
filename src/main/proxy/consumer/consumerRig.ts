/** What tests of consuming stand on: brokers that answer as they are told, a clock that the test moves, clients that are plain calls. */
import { onTestFinished } from 'vitest'
import { ManualClock } from '../../base/clock'
import { Emitter } from '../../base/emitter'
import { silentLog } from '../../base/log'
import { endOfTurn } from '../../base/turn'
import type { TopicRouteData } from '../../protocol/bodies/route'
import {
  defaultSubscriptionGroupConfig,
  type SubscriptionGroupConfig
} from '../../protocol/bodies/subscriptionGroup'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { msgOffsetEntry, startOffsetEntry } from '../../protocol/extraInfo'
import { hostAddress } from '../../protocol/message/host'
import {
  encodeMessage,
  layoutOf,
  MessagePosition,
  type MessageInner
} from '../../protocol/message/messageCodec'
import { formatProperties } from '../../protocol/message/properties'
import {
  RemotingError,
  type ExtFields,
  type RemotingCommand,
  type RemotingRequest
} from '../../protocol/remotingCommand'
import { RemotingConnectError } from '../../remoting/errors'
import { readProxyConfig } from '../proxyConfig'
import type { ClientSession } from '../sessions/clientSession'
import { ClientType, Language } from '../v2/enums'
import type {
  Message,
  ReceiveMessageRequest,
  ReceiveMessageResponse,
  Settings
} from '../v2/messages'
import type { ClientCall } from '../v2/methods'
import { consumerService, type ConsumerService } from './consumerService'

export interface Draft {
  body?: string
  topic?: string
  queueId?: number
  offset?: number
  reconsumeTimes?: number
  properties?: Record<string, string>
}

const bytesOf = (draft: Draft): Buffer => {
  const host = hostAddress('10.0.0.1', 10_911)
  const { topic = 'T', queueId = 0, offset = 0, reconsumeTimes = 0, properties = {} } = draft
  const message: MessageInner = {
    ...{ topic, queueId, reconsumeTimes, flag: 0, sysFlag: 0, tagsCode: 0 },
    ...{ bornTimestamp: 1, bornHost: host, storeHost: host, preparedTransactionOffset: 0 },
    body: Buffer.from(draft.body ?? 'hello'),
    properties: formatProperties(Object.entries({ UNIQ_KEY: `id-${offset}`, ...properties }))
  }
  const layout = layoutOf(message)
  const bytes = Buffer.alloc(layout.totalSize)
  const place = { queueOffset: offset, physicalOffset: 1000 + offset, storeTimestamp: 2 }
  encodeMessage(message, layout, place, bytes, MessagePosition.TOTAL_SIZE)
  return bytes
}

const answer = (code: number, more: Partial<RemotingCommand> = {}): RemotingCommand => ({
  ...{ code, language: 'JAVA', version: 1, opaque: 1, flag: 1, serializeType: 'JSON' as const },
  ...{ extFields: {}, ...more }
})

export interface Asked {
  readonly code: number
  readonly ext: ExtFields
}

export class FakeBroker {
  isDown = false
  /** Answers a request instead; undefined: as ever. */
  refuse: (asked: Asked) => { code: number; remark: string } | undefined = () => undefined
  readonly asked: Asked[] = []
  private readonly batches: { drafts: Draft[]; ext: ExtFields }[] = []
  private parked: (() => void)[] = []

  constructor(
    readonly name: string,
    private readonly clock: ManualClock
  ) {}

  /** The next pop gives these. Who waits is called. */
  put(drafts: Draft[], ext: ExtFields = {}): void {
    this.batches.push({ drafts, ext })
    this.call()
  }

  call(): void {
    for (const wake of this.parked.splice(0)) wake()
  }

  /** Requests of a kind, as their fields. */
  of(code: number): ExtFields[] {
    return this.asked.filter((one) => one.code === code).map(({ ext }) => ext)
  }

  async handle({ code, extFields: ext = {} }: RemotingRequest): Promise<RemotingCommand> {
    if (this.isDown) throw new RemotingConnectError(this.name)
    const asked = { code, ext }
    this.asked.push(asked)
    const refusal = this.refuse(asked)
    if (refusal) return answer(refusal.code, { remark: refusal.remark })
    switch (code) {
      case RequestCode.POP_MESSAGE:
        return this.pop(ext)
      case RequestCode.NOTIFICATION: {
        if (this.batches.length === 0) await new Promise<void>((wake) => this.parked.push(wake))
        const hasMsg = String(this.batches.length > 0)
        return answer(ResponseCode.SUCCESS, { extFields: { hasMsg, pollingFull: 'false' } })
      }
      case RequestCode.CHANGE_MESSAGE_INVISIBLETIME: {
        const { invisibleTime = '' } = ext
        const extFields = { popTime: String(this.clock.now()), invisibleTime, reviveQid: '0' }
        return answer(ResponseCode.SUCCESS, { extFields })
      }
      default:
        return answer(ResponseCode.SUCCESS)
    }
  }

  private pop({ invisibleTime = '', order }: ExtFields): RemotingCommand {
    const batch = this.batches.shift()
    const extFields = {
      ...{ popTime: String(this.clock.now()), invisibleTime, restNum: '0' },
      reviveQid: order === 'true' ? '999' : '0'
    }
    if (!batch) return answer(ResponseCode.POLLING_TIMEOUT, { extFields })
    const { drafts, ext } = batch
    const queues = new Map<string, { topic: string; queueId: number; offsets: number[] }>()
    for (const { topic = 'T', queueId = 0, offset = 0 } of drafts) {
      const key = `${topic} ${queueId}`
      const queue = queues.get(key) ?? { topic, queueId, offsets: [] }
      queues.set(key, queue)
      queue.offsets.push(offset)
    }
    const all = [...queues.values()]
    return answer(ResponseCode.SUCCESS, {
      extFields: {
        ...extFields,
        startOffsetInfo: all
          .map((q) => startOffsetEntry(q.topic, q.queueId, q.offsets[0]!))
          .join(';'),
        msgOffsetInfo: all.map((q) => msgOffsetEntry(q.topic, q.queueId, q.offsets)).join(';'),
        ...ext
      },
      body: Buffer.concat(drafts.map(bytesOf))
    })
  }
}

/** A caller; it goes when it is told to. */
export class TestCall implements ClientCall {
  readonly path = ''
  readonly headers = {}
  readonly remoteAddress = '127.0.0.1:50000'
  readonly localAddress = '127.0.0.1:8081'
  readonly isTls = false
  readonly cancelled = new Emitter<void>()
  isCancelled = false

  constructor(
    readonly clientId: string,
    readonly deadline = Infinity
  ) {}

  cancel(): void {
    this.isCancelled = true
    this.cancelled.emit()
  }
}

/** What came on the stream, in its order. */
export class Received {
  readonly parts: ReceiveMessageResponse[] = []
  /** So many parts are taken, then the caller is gone. */
  takes = Infinity

  readonly write = (part: ReceiveMessageResponse): Promise<boolean> => {
    this.parts.push(part)
    return Promise.resolve(this.parts.length <= this.takes)
  }

  get code(): number | undefined {
    return this.parts[0]?.status?.code
  }

  get messages(): Message[] {
    return this.parts.flatMap(({ message }) => (message ? [message] : []))
  }

  get handles(): string[] {
    return this.messages.map(({ systemProperties }) => systemProperties?.receiptHandle ?? '')
  }
}

/** What the proxy does without time passing is done in a few turns. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => endOfTurn(resolve))
}

export const CLIENT = 'client-1'

export class ConsumerRig {
  readonly clock = new ManualClock()
  readonly brokers: FakeBroker[]
  readonly sessions = new Map<string, ClientSession>()
  readonly ended = new Emitter<ClientSession>()
  readonly service: ConsumerService['service']
  groupConfig: SubscriptionGroupConfig = defaultSubscriptionGroupConfig('G')
  refreshed = 0

  constructor(names: readonly string[] = ['broker-a'], properties: Record<string, string> = {}) {
    this.brokers = names.map((name) => new FakeBroker(name, this.clock))
    const route = (): Promise<TopicRouteData> => Promise.resolve(this.route)
    const consumer = consumerService({
      ...{ clock: this.clock, log: silentLog, config: readProxyConfig(properties) },
      remoting: { invoke: (address, request) => this.at(address).handle(request) },
      routes: {
        get: route,
        refresh: () => {
          this.refreshed++
          return route()
        },
        masterAddress: (name) => {
          if (names.includes(name)) return name
          throw new RemotingError(ResponseCode.SERVICE_NOT_AVAILABLE, name)
        }
      },
      metadata: { group: () => Promise.resolve(this.groupConfig) },
      sessions: { find: (id) => this.sessions.get(id), ended: this.ended }
    })
    this.service = consumer.service
    onTestFinished(() => consumer.dispose())
  }

  get broker(): FakeBroker {
    return this.brokers[0]!
  }

  private get route(): TopicRouteData {
    return {
      queueDatas: this.brokers.map(({ name }) => ({
        ...{ brokerName: name, perm: 6, readQueueNums: 4, writeQueueNums: 4, topicSysFlag: 0 }
      })),
      brokerDatas: this.brokers.map(({ name }) => ({
        ...{ cluster: 'C', brokerName: name, brokerAddrs: { '0': name } }
      }))
    }
  }

  private at(address: string): FakeBroker {
    return this.brokers.find(({ name }) => name === address)!
  }

  /** A push consumer of the npm client, unless told otherwise. */
  connect(settings: Settings = {}, clientType: number = ClientType.PUSH_CONSUMER): ClientSession {
    const session: ClientSession = {
      ...{ clientId: CLIENT, clientType, group: 'G', remoteAddress: '', isOpen: true },
      settings: { userAgent: { language: Language.NODE_JS }, ...settings },
      send: () => true
    }
    this.sessions.set(CLIENT, session)
    return session
  }

  leave(session: ClientSession): void {
    this.sessions.delete(session.clientId)
    this.ended.emit(session)
  }

  /** A poll of a simple consumer; it is over, or waits. */
  async receive(
    more: Partial<ReceiveMessageRequest> = {},
    call: ClientCall = new TestCall(CLIENT),
    received = new Received()
  ): Promise<Received & { done: Promise<void> }> {
    const request: ReceiveMessageRequest = {
      group: { name: 'G' },
      messageQueue: { topic: { name: 'T' }, id: 0, broker: { name: 'broker-a' } },
      ...{ batchSize: 16, longPollingTimeout: { seconds: 5 }, invisibleDuration: { seconds: 30 } },
      ...more
    }
    const done = this.service.ReceiveMessage(request, call, received.write)
    done.catch(() => undefined)
    await settle()
    return Object.assign(received, { done })
  }

  /** As push consumers poll. */
  push(more: Partial<ReceiveMessageRequest> = {}): ReturnType<ConsumerRig['receive']> {
    return this.receive({ autoRenew: true, invisibleDuration: null, ...more })
  }

  async ack(
    ...receiptHandles: string[]
  ): Promise<{ code: number | undefined; codes: (number | undefined)[] }> {
    const entries = receiptHandles.map((receiptHandle) => ({ messageId: 'id', receiptHandle }))
    const request = { group: { name: 'G' }, topic: { name: 'T' }, entries }
    const { status, entries: results = [] } = await this.service.AckMessage(request, new TestCall(CLIENT)) // prettier-ignore
    return { code: status.code, codes: results.map((result) => result.status.code) }
  }

  async change(
    receiptHandle: string,
    ms: number
  ): Promise<{ code: number | undefined; handle: string }> {
    const answered = await this.service.ChangeInvisibleDuration(
      {
        ...{ group: { name: 'G' }, topic: { name: 'T' }, receiptHandle, messageId: 'id' },
        invisibleDuration: { seconds: Math.trunc(ms / 1000), nanos: (ms % 1000) * 1_000_000 }
      },
      new TestCall(CLIENT)
    )
    return { code: answered.status.code, handle: answered.receiptHandle ?? '' }
  }

  async forward(receiptHandle: string, messageId = 'id'): Promise<number | undefined> {
    const request = { group: { name: 'G' }, topic: { name: 'T' }, receiptHandle, messageId }
    const answered = await this.service.ForwardMessageToDeadLetterQueue(request, new TestCall(CLIENT)) // prettier-ignore
    return answered.status.code
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms)
    await settle()
  }
}
