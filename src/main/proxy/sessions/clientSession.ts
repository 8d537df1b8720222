import type { Emitter } from '../../base/emitter'
import type { Settings, TelemetryCommand } from '../v2/messages'

/** One gRPC client, from its first settings to its termination. Java: GrpcClientChannel. */
export interface ClientSession {
  /** Header `x-mq-client-id`: unique text of the client's own making. */
  readonly clientId: string
  /** `ClientType`. */
  readonly clientType: number
  /** As the proxy answered them. */
  readonly settings: Settings
  /** Consumers only. */
  readonly group: string | undefined
  readonly remoteAddress: string
  /** Telemetry is open. */
  readonly isOpen: boolean
  /** False: Telemetry is not open, nothing was sent. */
  send(command: TelemetryCommand): boolean
}

/** The clients that are there. */
export interface Sessions {
  find(clientId: string): ClientSession | undefined
  /** It said goodbye, or vanished and was not heard of for `CLIENT_EXPIRED_MS`. */
  readonly ended: Emitter<ClientSession>
}
