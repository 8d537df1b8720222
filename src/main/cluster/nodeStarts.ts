/** With what the nodes of a cluster are started, and why one did not start. */
import { isPromoted } from '../../shared/clusterSpec'
import type { SessionCredentials } from '../protocol/sessionCredentials'
import type { Addresses, NodeAddresses } from './addresses/addresses'
import type { BrokerStart, ProxyStart } from './control'
import type { ClusterFolder } from './dataFolder'
import { keyOfEntry, savedAs } from './nodeTable'
import type { BrokerEntry, NamesrvEntry, NodeEntry, ProxyEntry } from './nodeTable'
import type { FindHolder } from './ports'
import { ProblemError } from './problem'
import type { SavedProperties } from './savedProperties'

interface Deps {
  host: string
  addresses: Pick<Addresses, 'startOf'> | undefined
  folder: () => ClusterFolder
  saved: Pick<SavedProperties, 'of'>
  savedNamesrv: Pick<SavedProperties, 'find'>
  savedProxy: Pick<SavedProperties, 'of'>
  findHolder: FindHolder
  inner?: SessionCredentials | undefined
  nodes: () => readonly NodeEntry[]
  namesrvAddresses: () => readonly string[]
}

export class NodeStarts {
  constructor(private readonly deps: Deps) {}

  /** @throws ProblemError NODE_BUSY, or why it did not start. */
  namesrv(entry: NamesrvEntry): Promise<void> {
    const { folder, savedNamesrv } = this.deps
    const { host, arrivalAddress } = this.addressesOf(entry)
    const saved = savedNamesrv.find(savedAs(entry))
    const properties = this.isController(entry)
      ? new Map([...(saved ?? []), ['enableControllerInNamesrv', 'true']])
      : saved
    return this.explain(
      entry,
      entry.node.start({
        kind: 'namesrv',
        inner: this.deps.inner,
        host,
        port: entry.port,
        folder: folder().namesrv(entry.spec.id),
        arrivalAddress,
        ...(properties && { properties: Object.fromEntries(properties) })
      })
    )
  }

  /** Waits with the broker's start, not with loading it, until the nameservers have their ports. @throws as `namesrv`. */
  broker(entry: BrokerEntry, nameservers: Promise<unknown> = Promise.resolve()): Promise<void> {
    const options = nameservers.then((): BrokerStart => {
      const { folder, saved } = this.deps
      const { host, properties } = this.addressesOf(entry)
      const chosen = Object.fromEntries(saved.of(entry.node.id))
      return {
        kind: 'broker',
        inner: this.deps.inner,
        host,
        folder: folder().broker(entry.spec.id),
        properties: { ...properties, ...chosen, ...this.decided(entry) },
        // Port - 2 of a port the system chose may belong to anybody.
        vipChannel: entry.spec.port !== 0
      }
    })
    return this.explain(entry, entry.node.start(options))
  }

  /** Waits as `broker` does, for all that clients of it ask: nameservers and the brokers that register there. @throws as `namesrv`. */
  proxy(entry: ProxyEntry, others: Promise<unknown> = Promise.resolve()): Promise<void> {
    const options = others.then((): ProxyStart => {
      const { folder, savedProxy, namesrvAddresses } = this.deps
      return {
        kind: 'proxy',
        inner: this.deps.inner,
        host: this.addressesOf(entry).host,
        port: entry.port,
        folder: folder().proxy,
        namesrvAddresses: [...namesrvAddresses()],
        properties: { ...Object.fromEntries(savedProxy.of(savedAs(entry))), ...this.decided(entry) }
      }
    })
    return this.explain(entry, entry.node.start(options))
  }

  private addressesOf(entry: NodeEntry): NodeAddresses {
    const { addresses, host } = this.deps
    return addresses?.startOf(keyOfEntry(entry)) ?? { host, properties: {}, arrivalAddress: false }
  }

  /** The properties the cluster decides. */
  decided(entry: NodeEntry): Record<string, string> {
    const { port } = entry
    if (entry.kind === 'namesrv') return { listenPort: String(port) }
    if (entry.kind === 'proxy') return { grpcServerPort: String(port) }
    const { spec, running } = entry
    return {
      // One above a port the system chose may belong to anybody: replication keeps the one it got first.
      ...(spec.port === 0 && { haListenPort: running?.get('haListenPort') ?? '0' }),
      brokerClusterName: spec.cluster,
      brokerName: spec.name,
      brokerId: String(spec.brokerId),
      brokerRole: spec.role,
      listenPort: String(port),
      namesrvAddr: this.deps.namesrvAddresses().join(';'),
      ...(isPromoted(spec) && {
        enableControllerMode: 'true',
        controllerAddr: this.deps.namesrvAddresses()[0] ?? ''
      })
    }
  }

  /** The first nameserver, where a broker's master is elected. */
  private isController(entry: NamesrvEntry): boolean {
    const nodes = this.deps.nodes()
    return (
      nodes.find(({ kind }) => kind === 'namesrv') === entry &&
      nodes.some((other) => other.kind === 'broker' && isPromoted(other.spec))
    )
  }

  /** A node knows only that its port is taken; who has it is found here. */
  private async explain(entry: NodeEntry, starting: Promise<void>): Promise<void> {
    try {
      await starting
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'PORT_IN_USE') throw error
      const port = Number(error.params['port'])
      const own = this.deps.nodes().find((other) => other !== entry && other.port === port)
      const holder = own?.node.id ?? (await this.deps.findHolder(port)) ?? 'another program'
      throw new ProblemError(
        'PORT_IN_USE',
        { port, holder },
        `port ${port} is in use by ${holder}; end that program or choose another port`,
        { cause: error }
      )
    }
  }
}
