/** Where the cluster can be reached, and whether that is true. */
import type { Handlers } from '../../shared/contract'
import type { AddressView, InterfaceView, PortPurpose } from '../../shared/addressViews'
import { isWildcard, listensAt } from '../base/bindAddresses'
import type { RealTime } from '../base/clock'
import type { Log } from '../base/log'
import type { Machine, MachineAddress } from '../base/networkInterfaces'
import { AUTO, type Addresses } from '../cluster/addresses/addresses'
import { interfaceKind } from '../cluster/addresses/interfaceKind'
import { runSelfTest, type TestedPort } from '../cluster/addresses/selfTest'
import type { NodeStatus, Supervisor } from '../cluster/supervisor'
import { RemotingClient } from '../remoting/client'

interface Deps {
  clock: RealTime
  log: Log
  machine: Machine
  addresses: Pick<
    Addresses,
    'setting' | 'host' | 'isGiven' | 'isHostGone' | 'isStale' | 'hostOf' | 'save'
  >
  supervisor: Pick<
    Supervisor,
    'nameserverStatuses' | 'brokerStatuses' | 'proxyStatuses' | 'restartNode'
  >
}

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))

const literal = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/** IPv4 first, which is what clients are given; of each the default route's first. */
const rank = ({ family, kind, isDefault }: InterfaceView): number =>
  (isDefault ? 0 : kind === 'loopback' ? 1 : kind === 'linkLocal' ? 3 : 2) +
  (family === 'IPv4' ? 0 : 4)

export const addressHandlers = ({ clock, log, machine, addresses, supervisor }: Deps) => {
  const nodes = () => [
    ...supervisor.nameserverStatuses(),
    ...supervisor.brokerStatuses(),
    ...supervisor.proxyStatuses()
  ]

  const interfaces = async (): Promise<InterfaceView[]> => {
    const [all, defaultAddress] = [machine.addresses(), await machine.defaultAddress()]
    const defaultName = all.find(({ address }) => address === defaultAddress)?.name
    const ports = supervisor.nameserverStatuses().map(({ address }) => portOf(address))
    const hosts = nodes().flatMap(({ key, state }) =>
      state === 'running' ? [addresses.hostOf(key) ?? addresses.host] : []
    )
    const view = (entry: MachineAddress): InterfaceView => {
      const { name, address, family } = entry
      return {
        ...{ name, address, family },
        kind: interfaceKind(entry),
        isDefault: address === defaultAddress || (family === 'IPv6' && name === defaultName),
        isListening: hosts.length > 0 && hosts.every((host) => listensAt(host, address)),
        namesrvAddr: ports.map((port) => `${literal(address)}:${port}`).join(';')
      }
    }
    return all.map(view).sort((a, b) => rank(a) - rank(b))
  }

  const view = async (): Promise<AddressView> => {
    const { setting, isGiven, isHostGone } = addresses
    const { advertise } = setting
    const { isContainer, isWsl, platform } = machine
    return {
      ...setting,
      ...{ isGiven, isHostGone },
      stale: nodes().flatMap(({ id, key, state }) =>
        state === 'running' && addresses.isStale(key) ? [id] : []
      ),
      isAdvertisedForeign:
        advertise !== AUTO && !machine.addresses().some(({ address }) => address === advertise),
      interfaces: await interfaces(),
      surroundings: { isContainer, isWsl, platform }
    }
  }

  const testedPorts = (): TestedPort[] => {
    const common = ({ id, key, state }: NodeStatus) => ({
      nodeId: id,
      isRunning: state === 'running',
      host: addresses.hostOf(key) ?? addresses.host,
      isStale: addresses.isStale(key)
    })
    const onePort = (purpose: PortPurpose) => (status: NodeStatus) => ({
      ...common(status),
      purpose,
      port: portOf(status.address)
    })
    const nameservers = supervisor.nameserverStatuses().map(onePort('namesrv'))
    const proxies = supervisor.proxyStatuses().map(onePort('grpc'))
    const brokers = supervisor.brokerStatuses().flatMap((status): TestedPort[] => {
      const { address, properties } = status
      const port = portOf(address)
      // A slave's or a test's own choice; RocketMQ's rule otherwise.
      const ha = Number(properties?.get('haListenPort') ?? 0) || port + 1
      const node = common(status)
      return [
        { ...node, purpose: 'broker', port },
        { ...node, purpose: 'vip', port: port - 2 },
        { ...node, purpose: 'ha', port: ha }
      ]
    })
    // A port the system chooses is not known before the first start.
    return [...nameservers, ...brokers, ...proxies].filter(({ port }) => port > 0)
  }

  return {
    'address.view': view,
    'address.save': async (draft) => {
      await addresses.save(draft)
      return view()
    },
    /** Every node that runs with another setting, one after the other; brokers find their nameservers again. */
    'address.apply': async () => {
      for (const { id, key, state } of nodes())
        if (state === 'running' && addresses.isStale(key)) await supervisor.restartNode(id)
      return view()
    },
    'address.test': async () => {
      const tested = (await interfaces())
        // The zone of a link-local address is not known to whoever types it.
        .filter(({ kind, address }) => kind !== 'linkLocal' && !isWildcard(address))
        .map(({ address }) => address)
      const openClient = () => new RemotingClient({ clock, log: log.child('self-test') })
      return runSelfTest({ clock, openClient }, tested, testedPorts())
    }
  } satisfies Partial<Handlers>
}
