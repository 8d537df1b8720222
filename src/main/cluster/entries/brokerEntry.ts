import type { Disk } from '../../base/disk'
import type { Random } from '../../base/random'
import type { VirtualClock } from '../../base/virtualClock'
import { startBroker } from '../../broker/startBroker'
import { STATS_PERIOD_MS, type BrokerStart, type NodePort } from '../control'
import { serveNode } from './nodeEntry'
import { noticeOfBroker } from './reportNotice'

interface Deps {
  port: NodePort<BrokerStart>
  clock: VirtualClock
  disk: Disk
  random: Random
}

/** A broker behind a control port. */
export const brokerEntry = ({ port, clock, disk, random }: Deps): void =>
  serveNode<BrokerStart>({
    port,
    clock,
    area: 'broker',
    run: async ({ host, folder, properties, vipChannel }, log, post) => {
      const name = properties['brokerName'] ?? 'broker'
      const broker = await startBroker({
        clock,
        disk,
        random,
        log,
        folder,
        host,
        properties,
        vipChannel,
        onReport: (report) => {
          const notice = noticeOfBroker(name, report)
          if (notice) post({ kind: 'notice', notice })
        },
        onPropertiesChanged: (changed) =>
          post({ kind: 'propertiesChanged', changed: { ...changed } })
      })
      const stats = clock.real.every(STATS_PERIOD_MS, () =>
        post({ kind: 'stats', stats: { ...broker.traffic(), storage: broker.storage() } })
      )
      return {
        started: {
          address: broker.address,
          port: broker.port,
          bootTimestamp: broker.bootTimestamp,
          broker: {
            cluster: broker.cluster,
            name: broker.name,
            brokerId: broker.brokerId,
            role: broker.role
          },
          properties: Object.fromEntries(broker.properties())
        },
        lastActiveAt: () => broker.lastActiveAt(),
        openTail: (send) => broker.openTail((batch) => send({ kind: 'tail', batch })),
        stop: async () => {
          stats.dispose()
          await broker.stop()
        }
      }
    }
  })
