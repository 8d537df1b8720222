/** The cluster under test: the headless product, reached as its users reach it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/main/base/clock'
import { silentLog } from '../../src/main/base/log'
import { RemotingClient } from '../../src/main/remoting/client'
import { brokerSets } from '../../src/shared/clusterSpec'
import { presetSpec } from '../../src/shared/clusterPresets'
import { ConsoleSocket } from '../cluster/headless/consoleSocket'
import { startHeadless, type Headless } from '../headless'
import { membersOf, type Members } from './members'
import { CLIENTS, type ClusterNodes, type Fault } from './rules/schedule'

const PRESET = '2m-2s-sync'

/** Nameservers are counted, for their ids hold ports. */
const nameserverName = (index: number): string => `namesrv-${index + 1}`

export class ChaosCluster {
  readonly client = new RemotingClient({ clock: systemClock, log: silentLog })

  private constructor(
    private readonly headless: Headless,
    private readonly window: ConsoleSocket,
    readonly nodes: ClusterNodes,
    private readonly nameserverIds: readonly string[]
  ) {}

  /** @param data a folder that holds nothing yet, or a cluster to be started again. */
  static async start(data: string, promotion: boolean): Promise<ChaosCluster> {
    const headless = await startHeadless({ dataDir: data, args: clusterArgs(data, promotion) })
    const window = await ConsoleSocket.open(headless.ready.console)
    const { nameservers, brokers } = await window.call('cluster.view')
    const nodes = {
      nameservers: nameservers.map((_, index) => nameserverName(index)),
      brokerSets: [...brokerSets(brokers).values()].map((set) => set.map(({ id }) => id))
    }
    const ids = nameservers.map(({ id }) => id)
    return new ChaosCluster(headless, window, nodes, ids)
  }

  get namesrv(): string[] {
    return this.headless.ready.namesrv
  }

  get log(): string {
    return this.headless.stderr()
  }

  /** Answers how to undo it. */
  async set(fault: Fault): Promise<() => Promise<void>> {
    const { id } = await this.window.call('fault.set', this.named(fault))
    return async () => {
      await this.window.call('fault.clear', { id })
    }
  }

  /** Nodes that do not run, with their state. */
  async down(): Promise<string[]> {
    const { nameservers, brokers } = await this.window.call('cluster.view')
    return [...nameservers, ...brokers]
      .filter(({ state }) => state !== 'running')
      .map(({ id, state }) => `${id} is ${state}`)
  }

  /** @throws where no nameserver answers. */
  members(): Promise<Members> {
    return membersOf(this.client, this.namesrv[0]!)
  }

  /** SIGTERM. @throws Error when it does not end well. */
  async stop(): Promise<void> {
    this.client.close()
    await this.window.close()
    const code = await this.headless.stop()
    if (code !== 0) throw new Error(`headless ended with ${code}:\n${this.log}`)
  }

  /** SIGKILL: of a run that has failed already. */
  async kill(): Promise<void> {
    this.client.close()
    await this.headless.kill()
  }

  private named(fault: Fault): Fault {
    const id = (name: string): string => {
      const index = this.nodes.nameservers.indexOf(name)
      return name === CLIENTS || index < 0 ? name : this.nameserverIds[index]!
    }
    return 'node' in fault
      ? { ...fault, node: id(fault.node) }
      : { ...fault, from: id(fault.from), to: id(fault.to) }
  }
}

/** With promotion: the same nodes, and a controller that elects the masters. */
const clusterArgs = (data: string, promotion: boolean): string[] => {
  if (!promotion) return ['--preset', PRESET]
  const spec = presetSpec(PRESET, { namesrv: 0, broker: 0, grpc: 0 })
  const brokers = spec.brokers.map((broker) => ({ ...broker, promotion }))
  const file = join(data, '..', 'cluster.json')
  writeFileSync(file, JSON.stringify({ ...spec, name: `${PRESET} with promotion`, brokers }))
  return ['--cluster', file]
}
