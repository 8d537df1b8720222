/** What a controller and its brokers tell each other about one broker set. Fields in the order fastjson writes them. */
import { asArray, asObject, booleanOf, numberOf, objectsOf, textOf, type Json } from './read'
import { jsonBody, parseJson } from './rocketmqJson'

/** Ids of the brokers that have everything acknowledged. Java: SyncStateSet. */
export interface SyncStateSet {
  syncStateSet: number[]
  syncStateSetEpoch: number
}

/** Java reads a `Set<Long>`: ids come as numbers or as text, each counts once. */
const idsOf = (value: unknown): number[] => [
  ...new Set(asArray(value).map((id) => numberOf(id, NaN)).filter(Number.isSafeInteger)) // prettier-ignore
]

export const syncStateSetBody = ({ syncStateSet, syncStateSetEpoch }: SyncStateSet): Buffer =>
  jsonBody({ syncStateSet, syncStateSetEpoch })

export const readSyncStateSet = (body: Json): SyncStateSet => ({
  syncStateSet: idsOf(body.syncStateSet),
  syncStateSetEpoch: numberOf(body.syncStateSetEpoch, 0)
})

/** Java: BrokerMemberGroup. */
export interface BrokerMemberGroup {
  cluster: string
  brokerName: string
  /** Id to address. */
  brokerAddrs: ReadonlyMap<number, string>
}

/** CONTROLLER_ELECT_MASTER (1002). Java: ElectMasterResponseBody. */
export interface ElectMasterResponseBody {
  /** Absent where the old master stays. */
  brokerMemberGroup?: BrokerMemberGroup | undefined
  syncStateSet: readonly number[]
}

export const electMasterResponseBody = (body: ElectMasterResponseBody): Buffer => {
  const { brokerMemberGroup: group, syncStateSet } = body
  return jsonBody({
    brokerMemberGroup: group && {
      brokerAddrs: Object.fromEntries(group.brokerAddrs),
      brokerName: group.brokerName,
      cluster: group.cluster
    },
    syncStateSet
  })
}

export const readElectMasterResponseBody = (body: Json): ElectMasterResponseBody => {
  const group = asObject(body.brokerMemberGroup)
  const addrs = Object.entries(asObject(group?.brokerAddrs) ?? {})
  return {
    ...(group && {
      brokerMemberGroup: {
        cluster: textOf(group.cluster),
        brokerName: textOf(group.brokerName),
        brokerAddrs: new Map(addrs.map(([id, address]) => [Number(id), textOf(address)]))
      }
    }),
    syncStateSet: idsOf(body.syncStateSet)
  }
}

/** Java: BrokerReplicasInfo.ReplicaIdentity. */
export interface ReplicaIdentity {
  alive: boolean
  brokerAddress: string
  brokerId: number
  brokerName: string
}

/** Java: BrokerReplicasInfo.ReplicasInfo. */
export interface ReplicasInfo {
  inSyncReplicas: ReplicaIdentity[]
  masterAddress?: string | undefined
  masterBrokerId?: number | undefined
  masterEpoch: number
  notInSyncReplicas: ReplicaIdentity[]
  syncStateSetEpoch: number
}

/** CONTROLLER_GET_SYNC_STATE_DATA (1006): by broker name. Java: BrokerReplicasInfo. */
export const brokerReplicasInfoBody = (table: ReadonlyMap<string, ReplicasInfo>): Buffer => {
  // Names come from the wire, so they become own keys whatever they are.
  const replicasInfoTable = Object.create(null) as Record<string, ReplicasInfo>
  for (const [brokerName, info] of table) replicasInfoTable[brokerName] = info
  return jsonBody({ replicasInfoTable })
}

const readReplica = (value: Json): ReplicaIdentity => ({
  alive: booleanOf(value.alive, false),
  brokerAddress: textOf(value.brokerAddress),
  brokerId: numberOf(value.brokerId, -1),
  brokerName: textOf(value.brokerName)
})

const readReplicas = (value: Json): ReplicasInfo => {
  const { masterAddress, masterBrokerId } = value
  return {
    inSyncReplicas: objectsOf(value.inSyncReplicas).map(readReplica),
    ...(typeof masterAddress === 'string' && { masterAddress }),
    ...(typeof masterBrokerId === 'number' && { masterBrokerId }),
    masterEpoch: numberOf(value.masterEpoch, 0),
    notInSyncReplicas: objectsOf(value.notInSyncReplicas).map(readReplica),
    syncStateSetEpoch: numberOf(value.syncStateSetEpoch, 0)
  }
}

export const readBrokerReplicasInfo = (body: Json): Map<string, ReplicasInfo> =>
  new Map(
    Object.entries(asObject(body.replicasInfoTable) ?? {}).flatMap(([name, value]) => {
      const info = asObject(value)
      return info ? [[name, readReplicas(info)] as const] : []
    })
  )

/** CONTROLLER_GET_SYNC_STATE_DATA (1006) asks for these; undefined where the body is no list of names. */
export const readBrokerNames = (body: Buffer): string[] | undefined => {
  try {
    const value = parseJson(body.toString('utf8'))
    const names = asArray(value).filter((name): name is string => typeof name === 'string')
    return names.length > 0 ? names : undefined
  } catch {
    // Whoever asked is told what a body must be.
    return undefined
  }
}
