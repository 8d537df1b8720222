import type { SeenPoint } from '../../../shared/faultViews'
import type { Supervisor } from '../../cluster/supervisor'
import { Witness, type WitnessDeps } from './witness'

type Deps = Pick<WitnessDeps, 'random' | 'log' | 'admin' | 'clock'> & {
  supervisor: Pick<
    Supervisor,
    'clusterClock' | 'namesrvAddresses' | 'brokerStatuses' | 'faults' | 'inner'
  >
}

/** Looks at the cluster of the supervisor; what nameservers tell goes beside its faults. */
export const openWitness = (
  { clock, random, log, admin, supervisor }: Deps,
  onSecond: (point: SeenPoint) => void
): Witness => {
  const witness = new Witness({
    ...{ random, admin, onSecond },
    clock: supervisor.clusterClock.time,
    log: log.child('witness'),
    credentials: supervisor.inner,
    namesrvAddresses: () => supervisor.namesrvAddresses(),
    brokerNames: () => [
      ...new Set(supervisor.brokerStatuses().map(({ identity }) => identity.name))
    ],
    onRoutes: (nameserver, brokers) =>
      supervisor.faults.note({ at: clock.real.wall(), kind: 'routes', nameserver, brokers })
  })
  witness.start()
  return witness
}
