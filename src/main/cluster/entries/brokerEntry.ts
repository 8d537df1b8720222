import type { FaultyDisk } from '../../base/faultyDisk'
import type { FaultyLines } from '../../base/faultyLines'
import type { Random } from '../../base/random'
import type { VirtualClock } from '../../base/virtualClock'
import { startControlledBroker } from '../../broker/controlled/startControlledBroker'
import { startBroker, type RunningBroker } from '../../broker/startBroker'
import { STATS_PERIOD_MS, type BrokerStart, type NodePort, type NodeStarted } from '../control'
import { nodeFaults } from './nodeFaults'
import { serveNode } from './nodeEntry'
import { noticeOfStranger } from './noticeOfStranger'
import { noticeOfBroker } from './reportNotice'

interface Deps {
  port: NodePort<BrokerStart>
  clock: VirtualClock
  disk: FaultyDisk
  lines: FaultyLines
  random: Random
}

/** A broker behind a control port. */
export const brokerEntry = ({ port, clock, disk, lines, random }: Deps): void =>
  serveNode<BrokerStart>({
    port,
    clock,
    area: 'broker',
    faults: nodeFaults({ disk, lines }),
    run: async ({ host, folder, properties, vipChannel, inner }, log, post) => {
      const name = properties['brokerName'] ?? 'broker'
      const startedOf = (running: RunningBroker): NodeStarted => ({
        address: running.address,
        port: running.port,
        bootTimestamp: running.bootTimestamp,
        broker: {
          cluster: running.cluster,
          name: running.name,
          brokerId: running.brokerId,
          role: running.role
        },
        properties: Object.fromEntries(running.properties())
      })
      const start =
        properties['enableControllerMode'] === 'true' ? startControlledBroker : startBroker
      const broker = await start({
        clock,
        disk,
        lines,
        random,
        log,
        folder,
        host,
        properties,
        inner,
        vipChannel,
        onReport: (report) => {
          const notice = noticeOfBroker(name, report)
          if (notice) post({ kind: 'notice', notice })
        },
        onStranger: (stranger) => post({ kind: 'notice', notice: noticeOfStranger(stranger) }),
        onPropertiesChanged: (changed) =>
          post({ kind: 'propertiesChanged', changed: { ...changed } }),
        onRoleChanged: (running) => post({ kind: 'started', node: startedOf(running) })
      })
      const stats = clock.real.every(STATS_PERIOD_MS, () =>
        post({ kind: 'stats', stats: { ...broker.traffic(), storage: broker.storage() } })
      )
      return {
        started: startedOf(broker),
        lastActiveAt: () => broker.lastActiveAt(),
        openTail: (send) => broker.openTail((batch) => send({ kind: 'tail', batch })),
        snapshot: (target, watch) => broker.snapshot(target, watch),
        stop: async () => {
          stats.dispose()
          await broker.stop()
        }
      }
    }
  })
