import type { Handlers } from '../../shared/contract'
import type { BrokerConfigView } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { hotChanges, propertyViews, refuseBadChanges } from '../cluster/brokerSettings'
import type { SavedProperties } from '../cluster/savedProperties'
import type { Supervisor } from '../cluster/supervisor'

interface Deps {
  supervisor: Pick<Supervisor, 'brokerStatusOf'>
  saved: Pick<SavedProperties, 'of' | 'save'>
  admin: Pick<Admin, 'updateBrokerConfig'>
}

export const brokerConfigHandlers = ({ supervisor, saved, admin }: Deps) => {
  const view = (id: string): BrokerConfigView => {
    const { state, properties } = supervisor.brokerStatusOf(id)
    return { id, state, properties: propertyViews(saved.of(id), properties) }
  }
  return {
    'broker.config': ({ id }) => view(id),
    /** Saved for the next start; what takes effect at once is sent to the broker, as `mqadmin` would. */
    'broker.updateConfig': async ({ id, properties }) => {
      const changes = Object.entries(properties)
      refuseBadChanges(changes)
      const { state, address } = supervisor.brokerStatusOf(id)
      const hot = Object.entries(hotChanges(changes))
      // The broker first: what it refuses is not saved.
      if (state === 'running' && hot.length > 0) await admin.updateBrokerConfig(address, hot)
      await saved.save(id, new Map(changes))
      return view(id)
    }
  } satisfies Partial<Handlers>
}
