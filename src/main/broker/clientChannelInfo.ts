import type { RemotingConnection } from '../remoting/connection'

/** One client on one connection. Java: ClientChannelInfo. */
export interface ClientChannelInfo {
  readonly connection: Pick<
    RemotingConnection,
    'remoteAddress' | 'request' | 'oneway' | 'destroy' | 'isOpen'
  >
  readonly clientId: string
  readonly language: string
  readonly version: number
  /** A proxy speaks for the client; heartbeats of ours say so. */
  readonly isProxied?: boolean
  /** Monotonic time of its last heartbeat. */
  lastUpdateAt: number
}

export type ClientConnection = ClientChannelInfo['connection']

/** Groups one connection may be in, each as producer and as consumer; beyond it a heartbeat's groups are left out. */
export const MAX_GROUPS_PER_CONNECTION = 1000
