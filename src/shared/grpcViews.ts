/** What the window sees of the proxy's clients. */

export const grpcClientKinds = ['PRODUCER', 'PUSH_CONSUMER', 'SIMPLE_CONSUMER', 'OTHER'] as const
export type GrpcClientKind = (typeof grpcClientKinds)[number]

/** Clients told of at once; those that came first stay, the others are counted. */
export const MAX_GRPC_CLIENTS_SHOWN = 200
/** Topics told of one client. */
export const MAX_GRPC_CLIENT_TOPICS = 32

/** One client of the proxy, as it introduced itself. */
export interface GrpcClient {
  clientId: string
  kind: GrpcClientKind
  /** As the client calls itself: `JAVA`, `PYTHON`; the Node client says `HTTP`. */
  language: string
  version: string
  remoteAddress: string
  isTls: boolean
  /** Consumers only. */
  group?: string
  topics: string[]
  /** Machine time, milliseconds since the epoch. */
  connectedAt: number
}

export interface GrpcClientsView {
  clients: GrpcClient[]
  /** All there are, shown or not. */
  total: number
}
