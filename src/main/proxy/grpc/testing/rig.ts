/** A server whose handlers a test gives, and its clients; everything is closed by `close`. */
import { systemClock } from '../../../base/clock'
import { nodeDisk } from '../../../base/disk'
import { silentLog } from '../../../base/log'
import { readProxyConfig } from '../../proxyConfig'
import { OK } from '../../v2/code'
import type { MessagingService } from '../../v2/methods'
import { GrpcServer, type GrpcServerOptions } from '../grpcServer'
import { RawClient } from './rawClient'

const answers = {
  QueryRoute: () => Promise.resolve({ status: OK }),
  Heartbeat: () => Promise.resolve({ status: OK }),
  SendMessage: () => Promise.resolve({ status: OK }),
  QueryAssignment: () => Promise.resolve({ status: OK }),
  ReceiveMessage: () => Promise.resolve(),
  AckMessage: () => Promise.resolve({ status: OK }),
  ForwardMessageToDeadLetterQueue: () => Promise.resolve({ status: OK }),
  EndTransaction: () => Promise.resolve({ status: OK }),
  NotifyClientTermination: () => Promise.resolve({ status: OK }),
  ChangeInvisibleDuration: () => Promise.resolve({ status: OK }),
  RecallMessage: () => Promise.resolve({ status: OK }),
  Telemetry: (stream) => {
    stream.received.on((command) => stream.write(command))
    stream.halfClosed.on(() => stream.end())
  }
} satisfies MessagingService

export interface GrpcRig {
  server: GrpcServer
  port: number
  client: RawClient
  connect(url?: string, options?: ConstructorParameters<typeof RawClient>[1]): RawClient
  close(): Promise<void>
}

export const grpcRig = async (
  handlers: Partial<MessagingService> = {},
  options: Partial<GrpcServerOptions> = {}
): Promise<GrpcRig> => {
  const server = new GrpcServer({
    clock: systemClock,
    log: silentLog,
    host: '127.0.0.1',
    port: 0,
    disk: nodeDisk,
    config: readProxyConfig(),
    folder: '/nowhere',
    namesrvAddresses: () => ['127.0.0.1:9876'],
    service: { ...answers, ...handlers },
    ...options
  })
  const port = await server.listen()
  const clients: RawClient[] = []
  const connect = (
    url = `http://127.0.0.1:${port}`,
    how: ConstructorParameters<typeof RawClient>[1] = {}
  ): RawClient => {
    const client = new RawClient(url, how)
    clients.push(client)
    return client
  }
  return {
    server,
    port,
    client: connect(),
    connect,
    close: async () => {
      for (const client of clients) client.close()
      await server.close()
    }
  }
}
