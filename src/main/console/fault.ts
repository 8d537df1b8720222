import type { Handlers } from '../../shared/contract'
import { SEEN_POINTS } from '../../shared/faultLimits'
import type { SeenPoint } from '../../shared/faultViews'
import type { Ring } from '../base/ring'
import type { Supervisor } from '../cluster/supervisor'

interface Deps {
  supervisor: Pick<Supervisor, 'faults' | 'killNode'>
  seen: Pick<Ring<SeenPoint>, 'toArray'>
}

export const faultHandlers = ({ supervisor, seen }: Deps) => {
  const { faults } = supervisor
  return {
    'fault.list': () => faults.list(),
    'fault.set': (draft) => faults.set(draft),
    'fault.clear': ({ id }) => faults.clear(id),
    'fault.clearAll': () => faults.clearAll(),
    'fault.history': () => ({
      points: seen.toArray(),
      events: faults.events.toArray(),
      capacity: SEEN_POINTS
    }),
    'node.kill': ({ id }) => supervisor.killNode(id)
  } satisfies Partial<Handlers>
}
