/** Statistics and alarms of the cluster in use, opened with the console and closed with it. */
import { join } from 'node:path'
import type { Clock } from '../base/clock'
import type { Disk } from '../base/disk'
import { Disposables } from '../base/disposable'
import type { Log } from '../base/log'
import type { NodeNotice } from '../cluster/control'
import type { Supervisor } from '../cluster/supervisor'
import type { InstallationMeta } from '../meta/installationMeta'
import { THIS_MACHINE } from '../../shared/connectionViews'
import type { Noun } from '../../shared/views'
import { Alarms } from './alarms/alarms'
import { Firings } from './alarms/firings'
import type { Connections } from './connections/connections'
import { Statistics } from './statistics/statistics'

/** What the console is given for it. */
export interface MeasuringDeps {
  disk: Disk
  /** Absolute; histories lie in it. */
  folder: string
  /** Resident bytes of this process. */
  memoryBytes: () => number
  alarms: Pick<InstallationMeta, 'alarmRules' | 'alarmFirings'>
}

interface Deps {
  clock: Clock
  log: Log
  connections: Pick<Connections, 'inUse' | 'switched'>
  supervisor: Pick<Supervisor, 'plan' | 'replaced'>
  tell: (notice: NodeNotice) => void
  markStale: (noun: Noun) => void
}

export const openMeasuring = (
  { disk, folder, memoryBytes, alarms: meta }: MeasuringDeps,
  { clock, log, connections, supervisor, tell, markStale }: Deps
) => {
  const { real } = clock
  const disposables = new Disposables()
  const statistics = new Statistics({
    ...{ clock: real, disk, log: log.child('statistics'), memoryBytes },
    folder: join(folder, 'statistics'),
    source: () => {
      const { number, admin } = connections.inUse
      const isLocal = number === THIS_MACHINE
      const id = isLocal ? `cluster-${supervisor.plan.number}` : `connection-${number}`
      return { id, admin, isLocal }
    }
  })
  const firings = new Firings({ docs: meta.alarmFirings, log: log.child('alarms') })
  const alarms = new Alarms({ clock: real, docs: meta.alarmRules, firings, statistics, tell })
  disposables.add(connections.switched.on(() => statistics.use()))
  disposables.add(supervisor.replaced.on(() => statistics.use()))
  disposables.add(alarms.changed.on(() => markStale('alarm')))
  alarms.start()
  statistics.start()
  return {
    ...{ statistics, alarms, firings },
    close: (): void => {
      disposables.dispose()
      alarms.close()
      statistics.close()
    }
  }
}
