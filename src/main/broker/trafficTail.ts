/** A sampled look at passing messages: what is kept per message is a reference, and only the sample is ever decoded. */
import type { RealTime } from '../base/clock'
import { toDisposable, type Disposable } from '../base/disposable'
import { Emitter } from '../base/emitter'
import type { Random } from '../base/random'
import type { HostAddress } from '../protocol/message/host'
import { inflate } from '../protocol/message/inflate'
import { decodeMessage } from '../protocol/message/messageCodec'
import { createMessageId } from '../protocol/message/messageId'
import { getProperty, MessageConst } from '../protocol/message/properties'
import { compressionOf } from '../protocol/message/sysFlag'
import type { TailBatch, TailMessage } from '../../shared/views'

/** Four batches a second at most. */
export const TAIL_PERIOD_MS = 250
export const TAIL_BATCH_MESSAGES = 20

const PREVIEW_CHARS = 200
/** Bytes of the body a preview is made from: 200 characters of UTF-8 need no more. */
const PREVIEW_BYTES = PREVIEW_CHARS * 4
/** A compressed body that grows beyond this is not shown. */
const MAX_INFLATED_BYTES = 1024 * 1024

/** A message stored for a producer. */
export interface TailPut {
  kind: 'put'
  at: number
  topic: string
  queueId: number
  queueOffset: number
  physicalOffset: number
  sysFlag: number
  properties: string
  body: Buffer
  group: string
  client: string
}

/** A message handed to a consumer: its stored record. */
export interface TailGet {
  kind: 'get'
  at: number
  record: Buffer
  group: string
  client: string
}

type Passing = TailPut | TailGet

interface Deps {
  clock: RealTime
  random: Random
  brokerName: string
  storeHost: HostAddress
}

const preview = (body: Buffer, sysFlag: number): string => {
  let bytes: Buffer
  try {
    bytes = inflate(body, compressionOf(sysFlag), MAX_INFLATED_BYTES)
  } catch {
    // Torn or huge: the row is shown without its body.
    return ''
  }
  return bytes.toString('utf8', 0, PREVIEW_BYTES).slice(0, PREVIEW_CHARS)
}

export class TrafficTail {
  private readonly batches = new Emitter<TailBatch>()
  private timer: Disposable | undefined
  private sample: Passing[] = []
  private passed = 0

  constructor(private readonly deps: Deps) {}

  /** Is anybody looking? Ask before `offer`. */
  get isOpen(): boolean {
    return this.timer !== undefined
  }

  open(listener: (batch: TailBatch) => void): Disposable {
    const registration = this.batches.on(listener)
    this.timer ??= this.deps.clock.every(TAIL_PERIOD_MS, () => this.flush())
    return toDisposable(() => {
      registration.dispose()
      if (this.batches.size > 0) return
      this.timer?.dispose()
      this.timer = undefined
      this.sample = []
      this.passed = 0
    })
  }

  /** Every message of a batch is equally likely to be among those shown. */
  offer(message: Passing): void {
    this.passed++
    if (this.sample.length < TAIL_BATCH_MESSAGES) this.sample.push(message)
    else {
      const place = this.deps.random.int(this.passed)
      if (place < TAIL_BATCH_MESSAGES) this.sample[place] = message
    }
  }

  private flush(): void {
    if (this.passed === 0) return
    const { sample, passed } = this
    this.sample = []
    this.passed = 0
    const messages = sample.map((message) => this.describe(message)).sort((a, b) => a.at - b.at)
    this.batches.emit({ messages, passed })
  }

  private describe(passing: Passing): TailMessage {
    const { kind, at, group, client } = passing
    const m = passing.kind === 'put' ? passing : decodeMessage(passing.record)
    const property = (name: string): string => getProperty(m.properties, name) ?? ''
    return {
      kind,
      at,
      brokerName: this.deps.brokerName,
      topic: m.topic,
      queueId: m.queueId,
      queueOffset: m.queueOffset,
      msgId:
        property(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX) ||
        createMessageId(this.deps.storeHost, m.physicalOffset),
      tags: property(MessageConst.PROPERTY_TAGS),
      keys: property(MessageConst.PROPERTY_KEYS),
      bodySize: m.body.length,
      preview: preview(m.body, m.sysFlag),
      group,
      client
    }
  }
}
