/** What a controller knows of the brokers of one name, and what can happen to it. Java: BrokerReplicaInfo, SyncStateInfo, EventMessage. */
import { assertNever } from '../../base/assertNever'
import type { BrokerReplicaDoc, BrokerSetDoc } from '../../meta/controllerMeta'

/** Java: MixAll.FIRST_BROKER_CONTROLLER_ID. */
export const FIRST_BROKER_CONTROLLER_ID = 1

/** The state that is on disk; values, never changed in place. */
export type BrokerSet = BrokerSetDoc

/** A decision; the state after it depends on nothing else, so that what was replayed equals what lived. */
export type ControllerEvent =
  | {
      readonly type: 'APPLY_BROKER_ID'
      readonly clusterName: string
      readonly brokerName: string
      readonly broker: BrokerReplicaDoc
    }
  | {
      readonly type: 'UPDATE_BROKER_ADDRESS'
      readonly brokerName: string
      readonly brokerId: number
      readonly brokerAddress: string
    }
  | {
      readonly type: 'ELECT_MASTER'
      readonly brokerName: string
      /** Undefined: the old one is gone and nobody could take its place. */
      readonly newMasterBrokerId: number | undefined
      readonly masterEpoch: number
    }
  | {
      readonly type: 'ALTER_SYNC_STATE_SET'
      readonly brokerName: string
      readonly newSyncStateSet: readonly number[]
    }
  | {
      readonly type: 'CLEAN_BROKER_DATA'
      readonly brokerName: string
      /** Undefined: all of them. */
      readonly brokerIds: readonly number[] | undefined
    }

export const addressOf = (set: BrokerSet, brokerId: number | undefined): string | undefined =>
  set.brokers.find((broker) => broker.brokerId === brokerId)?.brokerAddress

export const hasBroker = (set: BrokerSet, brokerId: number): boolean =>
  set.brokers.some((broker) => broker.brokerId === brokerId)

const newBrokerSet = (clusterName: string, brokerName: string): BrokerSet => ({
  clusterName,
  brokerName,
  nextAssignBrokerId: FIRST_BROKER_CONTROLLER_ID,
  brokers: [],
  masterBrokerId: undefined,
  masterEpoch: 0,
  syncStateSet: [],
  syncStateSetEpoch: 0
})

const withSyncStateSet = (set: BrokerSet, syncStateSet: readonly number[]): BrokerSet => ({
  ...set,
  syncStateSet: [...syncStateSet].sort((a, b) => a - b),
  syncStateSetEpoch: set.syncStateSetEpoch + 1
})

const cleaned = (set: BrokerSet, brokerIds: readonly number[]): BrokerSet | undefined => {
  const stays = (brokerId: number): boolean => !brokerIds.includes(brokerId)
  const brokers = set.brokers.filter(({ brokerId }) => stays(brokerId))
  if (brokers.length === 0) return undefined
  const isMasterGone = set.masterBrokerId !== undefined && !stays(set.masterBrokerId)
  const rest = {
    ...set,
    brokers,
    ...(isMasterGone && { masterBrokerId: undefined, masterEpoch: set.masterEpoch + 1 })
  }
  const isInSync = !set.syncStateSet.every(stays)
  return isInSync ? withSyncStateSet(rest, set.syncStateSet.filter(stays)) : rest
}

/** Undefined: the broker set is not known (any more). */
export const applyEvent = (
  set: BrokerSet | undefined,
  event: ControllerEvent
): BrokerSet | undefined => {
  if (event.type === 'APPLY_BROKER_ID') {
    const { clusterName, brokerName, broker } = event
    const known = set ?? newBrokerSet(clusterName, brokerName)
    return {
      ...known,
      brokers: [...known.brokers, broker].sort((a, b) => a.brokerId - b.brokerId),
      nextAssignBrokerId: Math.max(known.nextAssignBrokerId, broker.brokerId + 1)
    }
  }
  if (!set) return undefined
  switch (event.type) {
    case 'UPDATE_BROKER_ADDRESS': {
      const { brokerId, brokerAddress } = event
      const brokers = set.brokers.map((broker) =>
        broker.brokerId === brokerId ? { ...broker, brokerAddress } : broker
      )
      return { ...set, brokers }
    }
    case 'ELECT_MASTER': {
      const { newMasterBrokerId: masterBrokerId, masterEpoch } = event
      const elected = { ...set, masterBrokerId, masterEpoch }
      // Without a master the set stays as it is: only they have everything that was acknowledged.
      return masterBrokerId === undefined ? elected : withSyncStateSet(elected, [masterBrokerId])
    }
    case 'ALTER_SYNC_STATE_SET':
      return withSyncStateSet(set, event.newSyncStateSet)
    case 'CLEAN_BROKER_DATA':
      return event.brokerIds && cleaned(set, event.brokerIds)
    default:
      return assertNever(event)
  }
}
