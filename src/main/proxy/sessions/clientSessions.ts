import type { RealTime } from '../../base/clock'
import { Disposables, type Disposable } from '../../base/disposable'
import { Emitter } from '../../base/emitter'
import type { Log } from '../../base/log'
import type { Metadata } from '../remote/metadata'
import type { ProxyConfig } from '../proxyConfig'
import { GrpcError, GrpcStatus } from '../grpc/call'
import { Code, OK, status, StatusError } from '../v2/code'
import type { Settings } from '../v2/messages'
import type { ClientSession, Sessions } from './clientSession'
import { GrpcSession, type Appearance, type TelemetryStream } from './grpcSession'
import { presenceOf } from './presence'
import type { ServerCommands } from './serverCommands'
import { answerSettings, checkSettings } from './settings'

/** Clients at one proxy; a further one is refused until one leaves. */
export const MAX_GRPC_CLIENTS = 5000
/** A client whose Telemetry is gone and that was not heard of for so long is gone too. Heartbeats come every 10 to 30 s. */
export const CLIENT_EXPIRED_MS = 40_000
const EXPIRY_PERIOD_MS = 1000
/** After the last route a client asked for it hears its settings once more. */
export const RESEND_SETTINGS_MS = 100
/** Only while its Telemetry is so young. */
const STARTING_MS = 10_000

interface Deps {
  clock: RealTime
  log: Log
  metadata: Metadata
  config: ProxyConfig
  commands: ServerCommands
  /** A new client's standing at brokers. */
  appear: (session: () => ClientSession) => Appearance
}

/** Which clients there are, what they said they are, and their Telemetry. Java: GrpcChannelManager, GrpcClientSettingsManager. */
export class ClientSessions implements Sessions {
  readonly ended = new Emitter<ClientSession>()
  /** Somebody came, left, or is not what it was. */
  readonly changed = new Emitter<void>()
  private readonly sessions = new Map<string, GrpcSession>()
  private readonly resends = new Map<string, Disposable>()
  private readonly disposables = new Disposables()

  constructor(private readonly deps: Deps) {
    this.disposables.add(deps.clock.every(EXPIRY_PERIOD_MS, () => this.expire()))
  }

  find(clientId: string): GrpcSession | undefined {
    return this.sessions.get(clientId)
  }

  all(): Iterable<GrpcSession> {
    return this.sessions.values()
  }

  /** A client wrote or called. */
  heard(clientId: string): void {
    const session = this.sessions.get(clientId)
    if (session) session.heardAt = this.deps.clock.monotonic()
  }

  telemetry(stream: TelemetryStream, clientId: string): void {
    stream.received.on((command) => {
      this.heard(clientId)
      if (command.settings) void this.settle(stream, clientId, command.settings)
      else this.deps.commands.heard(clientId, command)
    })
    stream.halfClosed.on(() => {
      this.leaveStream(stream, clientId)
      stream.end()
    })
    stream.cancelled.on(() => this.leaveStream(stream, clientId))
  }

  /** The npm client starts only when settings arrive after the last of its routes. */
  routeAnswered(clientId: string, topic: string): void {
    const session = this.sessions.get(clientId)
    if (session?.addPublished(topic)) void this.appear(session)
    this.resends.get(clientId)?.dispose()
    const { clock } = this.deps
    const timer = clock.after(RESEND_SETTINGS_MS, () => {
      this.resends.delete(clientId)
      const known = this.sessions.get(clientId)
      if (known && clock.monotonic() - known.openedAt < STARTING_MS)
        known.send({ status: OK, settings: known.settings })
    })
    this.resends.set(clientId, timer)
  }

  /** It said goodbye. */
  terminate(clientId: string): void {
    const session = this.sessions.get(clientId)
    if (session) this.end(session)
  }

  /** Ended by us; a client that still wants to be here opens its Telemetry again. */
  dismiss(clientId: string): void {
    const session = this.sessions.get(clientId)
    if (!session) return
    session.stream?.end(
      new GrpcError(GrpcStatus.UNAVAILABLE, 'closed on request of an administrator')
    )
    this.end(session)
  }

  async close(): Promise<void> {
    this.disposables.dispose()
    for (const resend of this.resends.values()) resend.dispose()
    const sessions = [...this.sessions.values()]
    this.sessions.clear()
    await Promise.all(sessions.map((session) => session.shadow.close()))
  }

  private async settle(
    stream: TelemetryStream,
    clientId: string,
    settings: Settings
  ): Promise<void> {
    try {
      checkSettings(settings)
      const answer = await this.answer(settings)
      if (stream.isCancelled) return
      const session = this.sessions.get(clientId) ?? this.admit(clientId)
      session.adopt(stream, answer, this.deps.clock.monotonic())
      stream.write({ status: OK, settings: answer })
      await this.appear(session)
    } catch (error) {
      this.refuse(stream, clientId, error)
    } finally {
      this.changed.emit()
    }
  }

  /** A group that cannot be asked for now is taken as a new one. */
  private async answer(settings: Settings): Promise<Settings> {
    const { metadata, config, log } = this.deps
    const name = settings.subscription?.group?.name
    const group =
      name === undefined
        ? undefined
        : await metadata.group(name).catch((error: unknown) => {
            log.debug(`group ${name}: ${String(error)}`)
            return undefined
          })
    return answerSettings(settings, { group, config })
  }

  private admit(clientId: string): GrpcSession {
    if (this.sessions.size >= MAX_GRPC_CLIENTS)
      throw new StatusError(
        Code.TOO_MANY_REQUESTS,
        `${MAX_GRPC_CLIENTS} clients are connected already; stop some of them`
      )
    const { clock } = this.deps
    const shadow = this.deps.appear(() => session)
    const session: GrpcSession = new GrpcSession(clientId, shadow, clock.wall())
    this.sessions.set(clientId, session)
    return session
  }

  private async appear(session: GrpcSession): Promise<void> {
    const { settings, publishedTopics } = session
    for (const { name } of settings.publishing?.topics ?? []) session.addPublished(name ?? '')
    await session.shadow.show(presenceOf(settings, publishedTopics, this.deps.clock.wall()))
  }

  /** Both ways, because each SDK hears only one of them. */
  private refuse(stream: TelemetryStream, clientId: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    const code = error instanceof StatusError ? error.code : Code.INTERNAL_SERVER_ERROR
    this.deps.log.warn(`${clientId} from ${stream.remoteAddress} was refused: ${why}`)
    stream.write({ status: status(code, why) })
    stream.end(new GrpcError(GrpcStatus.INVALID_ARGUMENT, why))
  }

  private leaveStream(stream: TelemetryStream, clientId: string): void {
    const session = this.sessions.get(clientId)
    if (session?.stream !== stream) return
    session.stream = undefined
    session.heardAt = this.deps.clock.monotonic()
    this.changed.emit()
  }

  private expire(): void {
    const now = this.deps.clock.monotonic()
    for (const session of this.sessions.values()) {
      if (session.isOpen || now - session.heardAt < CLIENT_EXPIRED_MS) continue
      this.deps.log.info(`${session.clientId} was not heard of for ${CLIENT_EXPIRED_MS} ms`)
      this.end(session)
    }
  }

  private end(session: GrpcSession): void {
    this.sessions.delete(session.clientId)
    this.resends.get(session.clientId)?.dispose()
    this.resends.delete(session.clientId)
    void session.shadow.close()
    this.ended.emit(session)
    this.changed.emit()
  }
}
