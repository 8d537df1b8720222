import type { Disk } from '../../base/disk'
import type { VirtualClock } from '../../base/virtualClock'
import { startNameserver } from '../../nameserver/startNameserver'
import type { NamesrvStart, NodePort } from '../control'
import { serveNode } from './nodeEntry'
import { noticeOfMeta } from './reportNotice'
import { RouteMissFilter } from './routeMissFilter'

interface Deps {
  port: NodePort<NamesrvStart>
  clock: VirtualClock
  disk: Disk
}

/** A nameserver behind a control port. */
export const namesrvEntry = ({ port, clock, disk }: Deps): void =>
  serveNode<NamesrvStart>({
    port,
    clock,
    area: 'namesrv',
    run: async ({ host, port: listenPort, folder, properties }, log, post) => {
      const misses = new RouteMissFilter(clock.real)
      const nameserver = await startNameserver({
        clock,
        disk,
        log,
        host,
        port: listenPort,
        folder,
        properties,
        onPropertiesChanged: (changed) =>
          post({ kind: 'propertiesChanged', changed: { ...changed } }),
        onReport: (report) => post({ kind: 'notice', notice: noticeOfMeta(report) }),
        onRouteMiss: ({ topic, remoteAddress }) => {
          if (!misses.isWorthTelling(topic)) return
          post({
            kind: 'notice',
            notice: {
              level: 'warning',
              code: 'ROUTE_NOT_FOUND',
              params: { topic, client: remoteAddress }
            }
          })
        }
      })
      const { address, port: boundPort, bootTimestamp } = nameserver
      return {
        started: {
          address,
          port: boundPort,
          bootTimestamp,
          properties: Object.fromEntries(nameserver.properties())
        },
        stop: () => nameserver.stop()
      }
    }
  })
