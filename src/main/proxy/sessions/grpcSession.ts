import type { DuplexCall } from '../grpc/call'
import { ClientType } from '../v2/enums'
import type { Settings, TelemetryCommand } from '../v2/messages'
import type { ClientSession } from './clientSession'
import type { Presence } from './presence'

export type TelemetryStream = DuplexCall<TelemetryCommand, TelemetryCommand>

/** Topics one producer is known to publish to; a further one is not told to brokers. */
export const MAX_PUBLISHED_TOPICS = 1000

/** What stands for a client at brokers. */
export interface Appearance {
  show(presence: Presence): Promise<void>
  close(): Promise<void>
}

export class GrpcSession implements ClientSession {
  settings: Settings = {}
  stream: TelemetryStream | undefined
  remoteAddress = ''
  isTls = false
  /** Monotonic ms of its last word. */
  heardAt = -Infinity
  /** Monotonic ms of the beginning of its Telemetry. */
  openedAt = -Infinity
  readonly publishedTopics = new Set<string>()

  constructor(
    readonly clientId: string,
    readonly shadow: Appearance,
    /** Wall clock, ms. */
    readonly connectedAt: number
  ) {}

  /** The newest Telemetry wins; an older one stays open until its client ends it. */
  adopt(stream: TelemetryStream, settings: Settings, monotonicNow: number): void {
    this.settings = settings
    this.heardAt = monotonicNow
    if (this.stream === stream) return
    this.stream = stream
    this.openedAt = monotonicNow
    this.remoteAddress = stream.remoteAddress
    this.isTls = stream.isTls
  }

  get clientType(): number {
    return this.settings.clientType ?? ClientType.UNSPECIFIED
  }

  get group(): string | undefined {
    return this.settings.subscription?.group?.name
  }

  get isOpen(): boolean {
    return this.stream !== undefined && !this.stream.isCancelled
  }

  /** False where it is known, is no producer's, or is one too many. */
  addPublished(topic: string): boolean {
    const { publishedTopics } = this
    const isNew = this.clientType === ClientType.PRODUCER && !publishedTopics.has(topic)
    if (!isNew || publishedTopics.size >= MAX_PUBLISHED_TOPICS) return false
    publishedTopics.add(topic)
    return true
  }

  send(command: TelemetryCommand): boolean {
    if (!this.isOpen) return false
    this.stream?.write(command)
    return true
  }
}
