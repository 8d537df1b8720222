/** Whether the cluster of this machine asks who it is: keys of its brokers and proxies. */
import type { AclNodeView } from '../../shared/aclViews'
import type { NodeConfigs } from '../cluster/config/nodeConfigs'
import { ProblemError } from '../cluster/problem'
import type { Supervisor } from '../cluster/supervisor'

interface Deps {
  supervisor: Pick<Supervisor, 'brokerStatuses' | 'proxyStatuses'>
  configs: Pick<NodeConfigs, 'save' | 'chosenOf'>
}

const KEYS = ['authenticationEnabled', 'authorizationEnabled'] as const

export class AclSwitch {
  constructor(private readonly deps: Deps) {}

  nodes(): AclNodeView[] {
    return this.statuses().map(({ id, properties }) => {
      const chosen = this.deps.configs.chosenOf(id)
      const isWanted = (key: string): boolean => chosen.get(key) === 'true'
      const differs = KEYS.some(
        (key) => properties !== undefined && (properties.get(key) === 'true') !== isWanted(key)
      )
      return { id, isOn: KEYS.every(isWanted), restartNeeded: differs }
    })
  }

  /** A broker that does not run would not hear of the super user. @throws ProblemError NODE_NOT_RUNNING. */
  mustRun(): void {
    const stopped = this.deps.supervisor.brokerStatuses().find(({ state }) => state !== 'running')
    if (!stopped) return
    const { id } = stopped
    throw new ProblemError('NODE_NOT_RUNNING', { id }, `${id} is not running`)
  }

  /** Brokers at once, proxies with their next start. Answers the nodes as they are then. */
  async set(isOn: boolean): Promise<AclNodeView[]> {
    const properties = Object.fromEntries(KEYS.map((key) => [key, String(isOn)]))
    for (const { id } of this.statuses()) await this.deps.configs.save(id, properties)
    return this.nodes()
  }

  private statuses() {
    const { supervisor } = this.deps
    return [...supervisor.brokerStatuses(), ...supervisor.proxyStatuses()]
  }
}
