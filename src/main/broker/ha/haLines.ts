/** The one place where sockets of the HA port come from, so that faults can be played on them. */
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'

export interface HaLines {
  dial(options: TcpNetConnectOpts): Socket
  /** Before anything is read from it. */
  accepted(socket: Socket): void
}

export const plainHaLines: HaLines = {
  dial: (options) => connect(options),
  accepted: () => undefined
}
