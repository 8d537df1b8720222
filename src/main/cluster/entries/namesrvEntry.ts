import type { FaultyDisk } from '../../base/faultyDisk'
import type { FaultyLines } from '../../base/faultyLines'
import type { VirtualClock } from '../../base/virtualClock'
import { startNameserver } from '../../nameserver/startNameserver'
import type { NamesrvStart, NodePort } from '../control'
import { nodeFaults } from './nodeFaults'
import { serveNode } from './nodeEntry'
import { noticeOfStranger } from './noticeOfStranger'
import { noticeOfMeta } from './reportNotice'
import { RouteMissFilter } from './routeMissFilter'

interface Deps {
  port: NodePort<NamesrvStart>
  clock: VirtualClock
  disk: FaultyDisk
  lines: FaultyLines
}

/** A nameserver behind a control port. */
export const namesrvEntry = ({ port, clock, disk, lines }: Deps): void =>
  serveNode<NamesrvStart>({
    port,
    clock,
    area: 'namesrv',
    faults: nodeFaults({ disk, lines }),
    run: async (
      { host, port: listenPort, folder, arrivalAddress = false, properties, inner },
      log,
      post
    ) => {
      const misses = new RouteMissFilter(clock.real)
      const nameserver = await startNameserver({
        clock,
        disk,
        lines,
        log,
        host,
        port: listenPort,
        folder,
        arrivalAddress,
        inner,
        properties,
        onPropertiesChanged: (changed) =>
          post({ kind: 'propertiesChanged', changed: { ...changed } }),
        onStranger: (stranger) => post({ kind: 'notice', notice: noticeOfStranger(stranger) }),
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
        snapshot: async (target) => {
          const files = await nameserver.snapshot(target)
          return { files: files.map((file) => ({ ...file, isLinked: false })), derivedBytes: 0 }
        },
        stop: () => nameserver.stop()
      }
    }
  })
