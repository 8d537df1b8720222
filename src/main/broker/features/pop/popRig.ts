/** What tests of pop stand on: a real store, a clock that the test moves, clients that are plain calls. */
import { onTestFinished } from 'vitest'
import { Emitter } from '../../../base/emitter'
import { silentLog } from '../../../base/log'
import { seededRandom } from '../../../base/random'
import { endOfTurn } from '../../../base/turn'
import type { TopicConfig } from '../../../protocol/bodies/topicConfig'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { formatExtraInfo } from '../../../protocol/extraInfo'
import { hostAddress } from '../../../protocol/message/host'
import { decodeMessages, type MessageInner } from '../../../protocol/message/messageCodec'
import { getProperty } from '../../../protocol/message/properties'
import { isRetryTopic } from '../../../protocol/topicNames'
import { RemotingError, type Reply } from '../../../protocol/remotingCommand'
import type { RemotingConnection } from '../../../remoting/connection'
import type { Route } from '../../../remoting/route'
import type { MessageStore } from '../../../store/messageStore'
import { message, StoreRig, TestRegistry, type MessageDraft } from '../../../store/storeRig'
import { ConsumerOffsetManager } from '../../consumerOffsetManager'
import { plainTopicConfig } from '../../topicTable'
import { FeatureRig, replacing } from '../featureRig'
import { pop } from './pop'

/** Turns of the event loop without work for the store, in which everything that can happen without time passing has. */
const SETTLE_TURNS = 8

const identity = {
  name: 'broker-a',
  cluster: 'C',
  storeHost: hostAddress('10.0.0.2', 10_911)
}

type Ext = Record<string, string | number | boolean>

/** A message in the hands of a client. */
export interface Held {
  body: string
  topic: string
  queueId: number
  offset: number
  reconsumeTimes: number
  firstPopTime: string | undefined
  extraInfo: string
  /** As orderCountInfo has it. */
  count: number | undefined
}

export interface PopResult {
  code: number
  restNum: number
  messages: Held[]
}

const entriesOf = (text = ''): string[][] =>
  text === '' ? [] : text.split(';').map((entry) => entry.split(' '))

/** As the official client builds receipts from the answer. Java: MQClientAPIImpl.processPopResponse. */
export const heldOf = (reply: Pick<Reply, 'extFields' | 'body'>, group = 'G'): Held[] => {
  const ext = reply.extFields ?? {}
  const body = Buffer.isBuffer(reply.body) ? reply.body : Buffer.concat(reply.body ?? [])
  const starts = new Map(entriesOf(ext['startOffsetInfo']).map(([r, q, so]) => [`${r}@${q}`, Number(so)])) // prettier-ignore
  const listed = new Map(entriesOf(ext['msgOffsetInfo']).map(([r, q, list]) => [`${r}@${q}`, list!.split(',').map(Number)])) // prettier-ignore
  const counts = new Map(entriesOf(ext['orderCountInfo']).map(([r, key, n]) => [`${r}@${key}`, Number(n)])) // prettier-ignore
  return decodeMessages(body).map((stored) => {
    const { topic, queueId, queueOffset: offset, properties, reconsumeTimes } = stored
    const ready = getProperty(properties, 'POP_CK')
    const key = `${isRetryTopic(topic) ? 1 : 0}@${queueId}`
    const startOffset = starts.get(key) ?? NaN
    if (ready === undefined && !listed.get(key)?.includes(offset))
      throw new Error(`the answer has no receipt for ${topic}@${queueId} ${offset}`)
    const [popTime, invisibleTime, reviveQid] = ['popTime', 'invisibleTime', 'reviveQid'].map((name) => Number(ext[name])) // prettier-ignore
    const extraInfo =
      ready ??
      formatExtraInfo(
        topic,
        {
          ...{ startOffset, popTime: popTime!, invisibleTime: invisibleTime! },
          ...{ reviveQid: reviveQid!, brokerName: 'broker-a', queueId, offset: undefined }
        },
        offset
      )
    const isRenamed = ready !== undefined
    return {
      ...{ queueId, offset, reconsumeTimes, extraInfo, body: stored.body.toString('utf8') },
      topic: isRenamed ? `%RETRY%${group}_${topic}` : topic,
      firstPopTime: getProperty(properties, '1ST_POP_TIME'),
      count: counts.get(`0@qo${queueId}%${offset}`) ?? counts.get(`0@${queueId}`)
    }
  })
}

export class PopRig extends FeatureRig {
  readonly config = {
    brokerPermission: 6,
    timerWheelEnable: true,
    popFromRetryProbability: 20,
    enablePopMessageThreshold: false,
    popInflightMessageThreshold: 10_000,
    popResponseReturnActualRetryTopic: false,
    flushConsumerOffsetInterval: 5_000
  }
  readonly registry: TestRegistry
  readonly topics = new Map<string, TopicConfig>()
  readonly connection = {
    isOpen: true,
    closed: new Emitter<void>(),
    remoteAddress: '127.0.0.1:50000'
  }
  maxInFlight: number | undefined
  maxReplayedRecords: number | undefined
  /** Replaces what a put gives. */
  refuse: (message: MessageInner) => boolean = () => false
  /** Of the copies that come back, and the journal's records. */
  readonly puts: string[] = []
  /** Puts and reads under way. */
  private atWork = 0
  private current: MessageStore | undefined
  private routes: readonly Route[] = []

  constructor(topics: Readonly<Record<string, number>> = { T: 1 }) {
    const registry = new TestRegistry()
    super(new StoreRig({ registry }))
    this.registry = registry
    for (const [topic, queues] of Object.entries(topics))
      this.topics.set(topic, plainTopicConfig(topic, queues))
  }

  async settle(): Promise<void> {
    for (let calm = 0; calm < SETTLE_TURNS; calm = this.atWork > 0 ? 0 : calm + 1)
      await new Promise<void>((resolve) => endOfTurn(resolve))
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.settle()
  }

  /** Everything written is on disk, and noticed. */
  async flushed(): Promise<void> {
    const { stats } = this.store
    this.clock.advance(500)
    while (stats.flushedPhysicalOffset < stats.maxPhysicalOffset) await this.settle()
    await this.advance(500)
  }

  async send(bodies: readonly string[], draft: MessageDraft & { topic?: string } = {}) {
    const { topic = 'T', ...rest } = draft
    for (const body of bodies) {
      const result = await this.store.putMessage(message(topic, body, rest))
      if ('reason' in result) throw new Error(result.reason)
    }
  }

  /** @throws RemotingError as the handlers do. */
  async ask(code: number, ext: Ext, body?: object): Promise<Reply> {
    const route = this.routes.find((candidate) => candidate.code === code)!
    const reply = await route.handle(
      {
        ...{ code, language: 'JAVA', version: 0, opaque: 0, flag: 0, serializeType: 'JSON' },
        extFields: Object.fromEntries(Object.entries(ext).map(([k, v]) => [k, String(v)])),
        ...(body && { body: Buffer.from(JSON.stringify(body)) })
      },
      this.connection as unknown as RemotingConnection
    )
    return reply!
  }

  /** Code of the answer, of a refusal too. */
  async codeOf(code: number, ext: Ext, body?: object): Promise<number> {
    try {
      return (await this.ask(code, ext, body)).code
    } catch (error) {
      if (error instanceof RemotingError) return error.code
      throw error
    }
  }

  async popRaw(more: Ext = {}): Promise<Reply> {
    return this.ask(RequestCode.POP_MESSAGE, {
      ...{ consumerGroup: 'G', topic: 'T', queueId: -1, maxMsgNums: 32, invisibleTime: 60_000 },
      ...{ pollTime: 0, bornTime: 0, initMode: 0, ...more }
    })
  }

  async pop(more: Ext = {}): Promise<PopResult> {
    const reply = await this.popRaw(more)
    return {
      code: reply.code,
      restNum: Number(reply.extFields?.['restNum']),
      messages: heldOf(reply, String(more['consumerGroup'] ?? 'G'))
    }
  }

  /** Bodies of a pop. */
  async bodies(more: Ext = {}): Promise<string[]> {
    return (await this.pop(more)).messages.map(({ body }) => body)
  }

  receipt({ topic, queueId, offset, extraInfo }: Held): Ext {
    return { consumerGroup: 'G', topic, queueId, offset, extraInfo }
  }

  async ack(...messages: readonly Held[]): Promise<void> {
    const codes = await Promise.all(
      messages.map((held) => this.codeOf(RequestCode.ACK_MESSAGE, this.receipt(held)))
    )
    const bad = codes.find((code) => code !== ResponseCode.SUCCESS)
    if (bad !== undefined) throw new Error(`ack: ${bad}`)
  }

  /** With the receipt the client makes of the answer. */
  async change(held: Held, invisibleTime: number): Promise<Held> {
    const ext = { ...this.receipt(held), invisibleTime }
    const { extFields = {} } = await this.ask(RequestCode.CHANGE_MESSAGE_INVISIBLETIME, ext)
    const words = held.extraInfo.split(' ')
    words.splice(1, 3, extFields['popTime']!, extFields['invisibleTime']!, extFields['reviveQid']!)
    return { ...held, extraInfo: words.join(' ') }
  }

  /** What a consumer of the group would read next. */
  committed(topic = 'T', queueId = 0): number | undefined {
    return this.offsets.query('G', topic, queueId)
  }

  protected async begin(real: MessageStore): Promise<void> {
    const { clock, config, connection, topics, registry } = this
    this.atWork = 0
    this.current = real
    const working = async <T>(work: Promise<T>): Promise<T> => {
      if (this.current === real) this.atWork++
      const result = await work
      if (this.current === real) this.atWork--
      return result
    }
    const refusing: MessageStore['putMessage'] = (one) => {
      this.puts.push(`${one.topic} ${getProperty(one.properties, 'TAGS') ?? ''}`)
      return this.refuse(one)
        ? Promise.resolve({ status: 'SERVICE_NOT_AVAILABLE', reason: 'played by the test' })
        : working(real.putMessage(one))
    }
    const reading: MessageStore['getMessage'] = (query) => {
      const result = real.getMessage(query)
      return result instanceof Promise ? working(result) : result
    }
    const store = replacing(real, { putMessage: refusing, getMessage: reading })
    this.offsets = new ConsumerOffsetManager({
      ...{ clock, config, log: silentLog },
      meta: { consumerOffsets: this.kept }
    })
    const feature = pop({
      ...{ clock, config, store, identity, log: silentLog, offsets: this.offsets },
      random: seededRandom(1),
      topics: {
        select: (topic) => topics.get(topic),
        createInSendBack: (topic, queues) => {
          const made = plainTopicConfig(topic, queues)
          topics.set(topic, made)
          return Promise.resolve(made)
        }
      },
      groups: { find: (group) => ({ groupName: group, consumeEnable: group !== 'off' }) as never },
      stats: {
        incGet: () => undefined,
        incGetMiss: () => undefined,
        incPut: () => undefined,
        incCk: () => undefined,
        incAck: () => undefined
      },
      trace: { delivered: () => undefined, event: () => undefined },
      tail: { isOpen: false, offer: () => undefined },
      meta: {
        topics: {
          get: (topic) => {
            const place = topics.has(topic) ? registry.resolve(topic) : undefined
            return place && ({ topicId: place.id, sinceOffset: place.sinceOffset } as never)
          }
        }
      },
      ...(this.maxInFlight !== undefined && { maxInFlight: this.maxInFlight }),
      ...(this.maxReplayedRecords !== undefined && { maxReplayedRecords: this.maxReplayedRecords })
    })
    connection.isOpen = true
    this.routes = feature.routes ?? []
    this.running = await feature.start?.()
  }
}

/** Started, and disposed of when the test ends. */
export const openPop = async (
  topics?: Record<string, number>,
  limits: Partial<Pick<PopRig, 'maxInFlight' | 'maxReplayedRecords'>> = {}
): Promise<PopRig> => {
  const rig = Object.assign(new PopRig(topics), limits)
  onTestFinished(() => rig.dispose())
  return rig.start()
}
