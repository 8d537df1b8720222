/** Brokers and nameservers of whichever cluster the console looks at, all of it over the wire. */
import type { BrokerRow, BrokersView, PropertyPairs } from '../../shared/brokerViews'
import type { Handlers } from '../../shared/contract'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { inParallel, type BrokerRef } from '../admin/adminCall'
import { ProblemError } from '../cluster/problem'

interface Deps {
  admin: Pick<
    Admin,
    | 'listBrokers'
    | 'fetchBrokerRuntimeStats'
    | 'getBrokerConfig'
    | 'updateBrokerConfig'
    | 'writePermsOfBroker'
    | 'wipeWritePermOfBroker'
    | 'addWritePermOfBroker'
    | 'getNamesrvConfig'
    | 'updateNamesrvConfig'
    | 'getKVListByNamespace'
    | 'putKVConfig'
    | 'deleteKVConfig'
  >
  namesrvAddresses: () => readonly string[]
  toProblem: (error: unknown) => Problem
}

/** The first of `10 s, 1 min, 10 min`. */
const rateOf = (text: string | undefined): number => {
  const rate = Number(text?.trim().split(/\s+/)[0])
  return Number.isFinite(rate) ? rate : 0
}

const countOf = (stats: ReadonlyMap<string, string>, name: string): number => {
  const count = Number(stats.get(name))
  return Number.isFinite(count) ? count : 0
}

/** Day sums as `mqadmin clusterList -m` computes them: the counts at two midnights and now. */
export const figuresOf = (stats: ReadonlyMap<string, string>) => {
  const between = (later: string, earlier: string): number =>
    Math.max(0, countOf(stats, later) - countOf(stats, earlier))
  return {
    version: stats.get('brokerVersionDesc') ?? '',
    produceTps: rateOf(stats.get('putTps')),
    // 5.x spells it right, 4.x does not.
    consumeTps: rateOf(stats.get('getTransferredTps') ?? stats.get('getTransferedTps')),
    producedYesterday: between('msgPutTotalTodayMorning', 'msgPutTotalYesterdayMorning'),
    consumedYesterday: between('msgGetTotalTodayMorning', 'msgGetTotalYesterdayMorning'),
    producedToday: between('msgPutTotalTodayNow', 'msgPutTotalTodayMorning'),
    consumedToday: between('msgGetTotalTodayNow', 'msgGetTotalTodayMorning')
  }
}

const nothing = {
  ...{ produceTps: 0, consumeTps: 0, producedYesterday: 0 },
  ...{ consumedYesterday: 0, producedToday: 0, consumedToday: 0 }
}

const sorted = (properties: ReadonlyMap<string, string>): PropertyPairs =>
  [...properties].sort(([a], [b]) => (a < b ? -1 : 1))

export const listBrokers = async ({
  admin,
  namesrvAddresses,
  toProblem
}: Pick<Deps, 'namesrvAddresses' | 'toProblem'> & {
  admin: Pick<Admin, 'listBrokers' | 'fetchBrokerRuntimeStats' | 'writePermsOfBroker'>
}): Promise<BrokersView> => {
  /** Undefined where no nameserver tells. */
  const isWithdrawn = async (brokerName: string): Promise<boolean | undefined> => {
    const perms = await admin.writePermsOfBroker(brokerName)
    return perms.length > 0 ? !perms.includes(true) : undefined
  }
  const rowOf = async ({
    cluster,
    brokerName,
    brokerId,
    address
  }: BrokerRef): Promise<BrokerRow> => {
    const head = { cluster, brokerName, brokerId, address }
    const withdrawn = brokerId === 0 ? await isWithdrawn(brokerName) : undefined
    const row = { ...head, ...nothing, ...(withdrawn !== undefined && { isWithdrawn: withdrawn }) }
    try {
      return { ...row, ...figuresOf(await admin.fetchBrokerRuntimeStats(address)) }
    } catch (error) {
      return { ...row, problem: toProblem(error) }
    }
  }
  const rows = await inParallel(await admin.listBrokers(), rowOf)
  return {
    brokers: rows.flatMap((row) => (row.status === 'fulfilled' ? [row.value] : [])),
    nameservers: [...namesrvAddresses()]
  }
}

export const brokersHandlers = (deps: Deps) => {
  const { admin, namesrvAddresses } = deps
  /** The window names a broker, never an address: nobody but a broker of this cluster is asked. */
  const addressOf = async (brokerName: string, brokerId: number): Promise<string> => {
    const brokers = await admin.listBrokers()
    const found = brokers.find((b) => b.brokerName === brokerName && b.brokerId === brokerId)
    if (found) return found.address
    throw new ProblemError(
      'BROKER_NOT_EXIST',
      { brokerName, brokerId },
      `no broker ${brokerName}:${brokerId} is registered at the nameservers`
    )
  }
  const nameserverAt = (address: string): string => {
    if (namesrvAddresses().includes(address)) return address
    throw new ProblemError('NAMESRV_UNREACHABLE', { address }, `${address} is no nameserver here`)
  }
  const configOf = async (brokerName: string, brokerId: number): Promise<PropertyPairs> =>
    sorted(await admin.getBrokerConfig(await addressOf(brokerName, brokerId)))

  return {
    'broker.list': () => listBrokers(deps),
    'broker.runtimeInfo': async ({ brokerName, brokerId }) =>
      sorted(await admin.fetchBrokerRuntimeStats(await addressOf(brokerName, brokerId))),
    'broker.properties': ({ brokerName, brokerId }) => configOf(brokerName, brokerId),
    'broker.updateProperties': async ({ brokerName, brokerId, properties }) => {
      await admin.updateBrokerConfig(await addressOf(brokerName, brokerId), properties)
      return configOf(brokerName, brokerId)
    },
    'broker.permit': async ({ brokerName, isGiven }) => {
      if (isGiven) await admin.addWritePermOfBroker(brokerName)
      else await admin.wipeWritePermOfBroker(brokerName)
    },
    'namesrv.properties': async ({ address }) =>
      sorted(await admin.getNamesrvConfig(nameserverAt(address))),
    'namesrv.updateProperties': async ({ address, properties }) => {
      await admin.updateNamesrvConfig(nameserverAt(address), properties)
      return sorted(await admin.getNamesrvConfig(address))
    },
    'namesrv.kvList': async ({ address, namespace }) =>
      sorted(await admin.getKVListByNamespace(nameserverAt(address), namespace)),
    'namesrv.putKv': (entry) => admin.putKVConfig(entry),
    'namesrv.deleteKv': (entry) => admin.deleteKVConfig(entry)
  } satisfies Partial<Handlers>
}
