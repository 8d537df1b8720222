import type { FaultyDisk } from '../../base/faultyDisk'
import type { FaultyLines } from '../../base/faultyLines'
import type { Random } from '../../base/random'
import type { VirtualClock } from '../../base/virtualClock'
import { startProxy } from '../../proxy/startProxy'
import type { NodePort, ProxyStart } from '../control'
import { nodeFaults } from './nodeFaults'
import { serveNode } from './nodeEntry'
import { noticeOfStranger } from './noticeOfStranger'

interface Deps {
  port: NodePort<ProxyStart>
  clock: VirtualClock
  disk: FaultyDisk
  lines: FaultyLines
  random: Random
}

/** The gRPC proxy behind a control port. */
export const proxyEntry = ({ port, clock, disk, lines, random }: Deps): void =>
  serveNode<ProxyStart>({
    port,
    clock,
    area: 'proxy',
    faults: nodeFaults({ disk, lines }),
    run: async (
      { host, port: listenPort, folder, namesrvAddresses, properties, inner },
      log,
      post
    ) => {
      const proxy = await startProxy({
        clock,
        disk,
        lines,
        random,
        log,
        host,
        port: listenPort,
        folder,
        namesrvAddresses: () => namesrvAddresses,
        properties,
        inner,
        onClients: (view) => post({ kind: 'grpcClients', view }),
        onStranger: (stranger) => post({ kind: 'notice', notice: noticeOfStranger(stranger) })
      })
      return {
        started: {
          address: proxy.address,
          port: proxy.port,
          bootTimestamp: proxy.bootTimestamp,
          properties: Object.fromEntries(proxy.properties())
        },
        stop: () => proxy.stop()
      }
    }
  })
