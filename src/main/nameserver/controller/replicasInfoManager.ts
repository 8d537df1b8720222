/** The controller's decisions: pure, each from one broker set and who of it is there. Java: ReplicasInfoManager. */
import {
  electMasterResponseBody,
  syncStateSetBody,
  type ReplicasInfo,
  type SyncStateSet
} from '../../protocol/bodies/controller'
import { ResponseCode } from '../../protocol/codes/responseCode'
import type { Decoded } from '../../protocol/header'
import type * as headers from '../../protocol/headers/controller'
import { addressOf, hasBroker, type BrokerSet } from './brokerSet'
import { done, refused, tooLong, type ControllerResult } from './controllerResult'
import { elect, type BrokerLiveness } from './electPolicy'

type Header<N extends keyof typeof headers> = Decoded<(typeof headers)[N]>

/** What a broker set is asked with: undefined where it is not registered. */
type Known = BrokerSet | undefined

/** Java's int, which an epoch is on the wire. */
const MAX_EPOCH = 2 ** 31 - 1

const ofSyncStateSet = ({ syncStateSet, syncStateSetEpoch }: BrokerSet): Buffer =>
  syncStateSetBody({ syncStateSet: [...syncStateSet], syncStateSetEpoch })

/** CONTROLLER_ALTER_SYNC_STATE_SET: the master says who has everything. Each check has its code, in Java's order. */
export const alterSyncStateSet = (
  set: Known,
  { brokerName, masterBrokerId, masterEpoch }: Header<'AlterSyncStateSetRequestHeader'>,
  asked: SyncStateSet,
  liveness: BrokerLiveness
): ControllerResult<Header<'AlterSyncStateSetResponseHeader'>> => {
  const refusal = (code: number, remark: string) =>
    refused(code, remark, { newSyncStateSetEpoch: 0 })
  const refuse = (code: number, why: string) =>
    refusal(code, `Rejecting alter syncStateSet request because ${why}`)
  if (!set)
    return refusal(
      ResponseCode.CONTROLLER_ALTER_SYNC_STATE_SET_FAILED,
      'Broker metadata is not existed'
    )
  const newSyncStateSet = [...new Set(asked.syncStateSet)]
  const isSame =
    newSyncStateSet.length === set.syncStateSet.length &&
    newSyncStateSet.every((brokerId) => set.syncStateSet.includes(brokerId))
  if (isSame)
    return refusal(
      ResponseCode.CONTROLLER_ALTER_SYNC_STATE_SET_FAILED,
      'The newSyncStateSet is equal with oldSyncStateSet, no needed to update syncStateSet'
    )
  if (set.masterBrokerId !== masterBrokerId)
    return refuse(
      ResponseCode.CONTROLLER_INVALID_MASTER,
      `the current leader is:{${set.masterBrokerId ?? 'null'}}, not {${masterBrokerId}}`
    )
  if (set.masterEpoch !== masterEpoch)
    return refuse(
      ResponseCode.CONTROLLER_FENCED_MASTER_EPOCH,
      `the current master epoch is:{${set.masterEpoch}}, not {${masterEpoch}}`
    )
  if (set.syncStateSetEpoch !== asked.syncStateSetEpoch)
    return refuse(
      ResponseCode.CONTROLLER_FENCED_SYNC_STATE_SET_EPOCH,
      `the current syncStateSet epoch is:{${set.syncStateSetEpoch}}, not {${asked.syncStateSetEpoch}}`
    )
  for (const replica of newSyncStateSet) {
    if (!hasBroker(set, replica))
      return refuse(
        ResponseCode.CONTROLLER_INVALID_REPLICAS,
        `the replicas {${replica}} don't exist`
      )
    if (!liveness.isBrokerActive(replica))
      return refuse(
        ResponseCode.CONTROLLER_BROKER_NOT_ALIVE,
        `the replicas {${replica}} don't alive`
      )
  }
  if (!newSyncStateSet.includes(masterBrokerId))
    return refuse(
      ResponseCode.CONTROLLER_ALTER_SYNC_STATE_SET_FAILED,
      `the newSyncStateSet don't contains origin leader {${masterBrokerId}}`
    )
  const newSyncStateSetEpoch = set.syncStateSetEpoch + 1
  return done(
    { newSyncStateSetEpoch },
    {
      body: syncStateSetBody({
        syncStateSet: newSyncStateSet,
        syncStateSetEpoch: newSyncStateSetEpoch
      }),
      event: { type: 'ALTER_SYNC_STATE_SET', brokerName, newSyncStateSet }
    }
  )
}

/**
 * Above every epoch this controller gave and every one a broker brought along: whoever lost the controller's data, or
 * went back to older ones, does not give an epoch twice.
 */
const nextMasterEpoch = (set: BrokerSet, liveness: BrokerLiveness): number => {
  const reported = set.brokers.map(({ brokerId }) => liveness.getBrokerLiveInfo(brokerId)?.epoch ?? 0) // prettier-ignore
  return Math.max(set.masterEpoch, ...reported.filter((epoch) => epoch < MAX_EPOCH)) + 1
}

/** Where nobody ever was master, or nobody is left who was in sync, the first to ask is elected. */
const firstMaster = (
  set: BrokerSet,
  { brokerId = -1, designateElect = false }: Header<'ElectMasterRequestHeader'>,
  liveness: BrokerLiveness
): number | undefined => {
  const isFirstTimeForElect = set.masterEpoch === 0 || set.syncStateSet.length === 0
  if (!isFirstTimeForElect || !hasBroker(set, brokerId)) return undefined
  return designateElect && !liveness.isBrokerActive(brokerId) ? undefined : brokerId
}

/** CONTROLLER_ELECT_MASTER, of a broker without master, of mqadmin, and of the controller itself (`brokerId` -1). */
export const electMaster = (
  set: Known,
  header: Header<'ElectMasterRequestHeader'>,
  liveness: BrokerLiveness,
  isUncleanAllowed: boolean
): ControllerResult<Header<'ElectMasterResponseHeader'>> => {
  if (!set)
    return refused(
      ResponseCode.CONTROLLER_BROKER_NEED_TO_BE_REGISTERED,
      "Broker hasn't been registered"
    )
  const { brokerName, masterBrokerId: oldMaster } = set
  const { brokerId = -1, designateElect = false } = header
  const assignedBrokerId = designateElect ? brokerId : undefined
  const newMaster =
    firstMaster(set, header, liveness) ??
    elect(set, liveness, { assignedBrokerId, isUncleanAllowed })
  if (newMaster === undefined) {
    if (brokerId !== -1)
      return refused(ResponseCode.CONTROLLER_ELECT_MASTER_FAILED, 'Failed to elect a new master')
    return {
      ...refused(
        ResponseCode.CONTROLLER_MASTER_NOT_AVAILABLE,
        'Old master has down and failed to elect a new broker master'
      ),
      event:
        oldMaster === undefined
          ? undefined
          : {
              type: 'ELECT_MASTER',
              brokerName,
              newMasterBrokerId: undefined,
              masterEpoch: nextMasterEpoch(set, liveness)
            }
    }
  }
  if (newMaster === oldMaster)
    return {
      ...refused(
        ResponseCode.CONTROLLER_MASTER_STILL_EXIST,
        `The old master ${oldMaster} is still alive, not need to elect new master for broker ${brokerName}`
      ),
      response: {
        masterBrokerId: oldMaster,
        masterAddress: addressOf(set, oldMaster),
        masterEpoch: set.masterEpoch,
        syncStateSetEpoch: set.syncStateSetEpoch
      },
      body: electMasterResponseBody({ syncStateSet: set.syncStateSet })
    }
  const masterEpoch = nextMasterEpoch(set, liveness)
  return done(
    {
      masterBrokerId: newMaster,
      masterAddress: addressOf(set, newMaster),
      masterEpoch,
      syncStateSetEpoch: set.syncStateSetEpoch + 1
    },
    {
      body: electMasterResponseBody({
        brokerMemberGroup: {
          cluster: set.clusterName,
          brokerName,
          brokerAddrs: new Map(set.brokers.map((b) => [b.brokerId, b.brokerAddress]))
        },
        syncStateSet: [newMaster]
      }),
      event: { type: 'ELECT_MASTER', brokerName, newMasterBrokerId: newMaster, masterEpoch }
    }
  )
}

/** CONTROLLER_REGISTER_BROKER: who is master, and where this broker is from now on. */
export const registerBroker = (
  set: Known,
  header: Header<'RegisterBrokerToControllerRequestHeader'>,
  liveness: BrokerLiveness
): ControllerResult<Header<'RegisterBrokerToControllerResponseHeader'>> => {
  const { clusterName, brokerName, brokerId, brokerAddress } = header
  const unknown = (remark: string) =>
    refused(ResponseCode.CONTROLLER_BROKER_NEED_TO_BE_REGISTERED, remark, { clusterName, brokerName }) // prettier-ignore
  if (!set) return unknown(`Broker-set: ${brokerName} hasn't been registered in controller`)
  if (!hasBroker(set, brokerId))
    return unknown(`BrokerId: ${brokerId} hasn't been registered in broker-set: ${brokerName}`)
  const { masterBrokerId, masterEpoch, syncStateSetEpoch } = set
  const hasMaster = masterBrokerId !== undefined && liveness.isMasterActive(masterBrokerId)
  // The address in the answer is the one after this registration.
  const masterAddress = masterBrokerId === brokerId ? brokerAddress : addressOf(set, masterBrokerId)
  const isMoved = brokerAddress !== addressOf(set, brokerId)
  const refusal = tooLong([brokerAddress])
  if (refusal) return refusal
  return done(
    {
      clusterName,
      brokerName,
      ...(hasMaster && { masterBrokerId, masterAddress, masterEpoch, syncStateSetEpoch })
    },
    {
      body: ofSyncStateSet(set),
      event: isMoved
        ? { type: 'UPDATE_BROKER_ADDRESS', brokerName, brokerId, brokerAddress }
        : undefined
    }
  )
}

/** CONTROLLER_GET_SYNC_STATE_DATA: one of the broker sets asked for. */
export const replicasInfoOf = (set: BrokerSet, liveness: BrokerLiveness): ReplicasInfo => {
  const replicas = set.brokers.map(({ brokerId, brokerAddress }) => ({
    alive: liveness.isBrokerActive(brokerId),
    brokerAddress,
    brokerId,
    brokerName: set.brokerName
  }))
  const isInSync = ({ brokerId }: { brokerId: number }): boolean =>
    set.syncStateSet.includes(brokerId)
  return {
    inSyncReplicas: replicas.filter(isInSync),
    masterAddress: addressOf(set, set.masterBrokerId),
    masterBrokerId: set.masterBrokerId,
    masterEpoch: set.masterEpoch,
    notInSyncReplicas: replicas.filter((replica) => !isInSync(replica)),
    syncStateSetEpoch: set.syncStateSetEpoch
  }
}

/** CONTROLLER_GET_REPLICA_INFO. */
export const getReplicaInfo = (
  set: Known
): ControllerResult<Header<'GetReplicaInfoResponseHeader'>> => {
  if (!set)
    return refused(
      ResponseCode.CONTROLLER_BROKER_METADATA_NOT_EXIST,
      'Broker metadata is not existed'
    )
  const { masterBrokerId, masterEpoch } = set
  return done(
    { masterBrokerId, masterAddress: addressOf(set, masterBrokerId), masterEpoch },
    { body: ofSyncStateSet(set) }
  )
}
