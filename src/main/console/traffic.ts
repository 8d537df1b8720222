import type { Handlers } from '../../shared/contract'
import type { Supervisor } from '../cluster/supervisor'

interface Deps {
  supervisor: Pick<Supervisor, 'meter'>
}

export const trafficHandlers = ({ supervisor: { meter } }: Deps) =>
  ({
    'traffic.history': () => ({
      points: meter.history.toArray(),
      capacity: meter.history.capacity
    })
  }) satisfies Partial<Handlers>
