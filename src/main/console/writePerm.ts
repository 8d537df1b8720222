import type { Handlers } from '../../shared/contract'
import type { WritePermView } from '../../shared/writePermViews'
import type { Admin } from '../admin/admin'
import type { Supervisor } from '../cluster/supervisor'

interface Deps {
  supervisor: Pick<Supervisor, 'brokerStatusOf'>
  admin: Pick<Admin, 'wipeWritePermOfBroker' | 'addWritePermOfBroker' | 'writePermsOfBroker'>
}

export const writePermHandlers = ({ supervisor, admin }: Deps) => {
  const view = async (id: string): Promise<WritePermView> => {
    const brokerName = supervisor.brokerStatusOf(id).identity.name
    const perms = await admin.writePermsOfBroker(brokerName)
    return { brokerName, isWithdrawn: perms.length > 0 && !perms.includes(true) }
  }
  return {
    'broker.writePerm': ({ id }) => view(id),
    'broker.setWritePerm': async ({ id, isGiven }) => {
      const { name } = supervisor.brokerStatusOf(id).identity
      if (isGiven) await admin.addWritePermOfBroker(name)
      else await admin.wipeWritePermOfBroker(name)
      return view(id)
    }
  } satisfies Partial<Handlers>
}
