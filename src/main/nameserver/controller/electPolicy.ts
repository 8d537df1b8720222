/** Who of a broker set becomes master. Java: DefaultElectPolicy. */
import type { BrokerSet } from './brokerSet'

/** What a broker last said of itself. Java: BrokerLiveInfo. */
export interface BrokerLiveInfo {
  readonly brokerId: number
  /** Of its newest data; -1 when it did not say. */
  readonly epoch: number
  readonly maxOffset: number
  readonly confirmOffset: number
  /** The lower is elected among equals. */
  readonly electionPriority: number
}

/** Who of one broker set is there. */
export interface BrokerLiveness {
  isBrokerActive(brokerId: number): boolean
  /** Also one that was not heard of yet and still has time to be. */
  isMasterActive(brokerId: number): boolean
  getBrokerLiveInfo(brokerId: number): BrokerLiveInfo | undefined
}

export interface ElectOptions {
  /** This one or nobody, also where the old master is there. */
  readonly assignedBrokerId: number | undefined
  /** Also brokers that lack what was acknowledged. Java: enableElectUncleanMaster. */
  readonly isUncleanAllowed: boolean
}

/** The larger epoch, the larger offset, the lower priority, the lower id. */
const better = (a: BrokerLiveInfo, b: BrokerLiveInfo): number =>
  b.epoch - a.epoch ||
  b.maxOffset - a.maxOffset ||
  a.electionPriority - b.electionPriority ||
  a.brokerId - b.brokerId

const electAmong = (
  brokerIds: readonly number[],
  oldMaster: number | undefined,
  liveness: BrokerLiveness,
  assignedBrokerId: number | undefined
): number | undefined => {
  if (
    oldMaster !== undefined &&
    (assignedBrokerId === undefined || assignedBrokerId === oldMaster) &&
    brokerIds.includes(oldMaster) &&
    liveness.isMasterActive(oldMaster)
  )
    return oldMaster
  const candidates = brokerIds.filter((brokerId) => liveness.isBrokerActive(brokerId))
  if (assignedBrokerId !== undefined)
    return candidates.includes(assignedBrokerId) ? assignedBrokerId : undefined
  return candidates
    .flatMap((brokerId) => liveness.getBrokerLiveInfo(brokerId) ?? [])
    .sort(better)[0]?.brokerId
}

/** Of the sync-state set, so that nothing acknowledged is lost; undefined where nobody may be master. */
export const elect = (
  set: BrokerSet,
  liveness: BrokerLiveness,
  { assignedBrokerId, isUncleanAllowed }: ElectOptions
): number | undefined => {
  const all = set.brokers.map(({ brokerId }) => brokerId)
  const groups = isUncleanAllowed ? [set.syncStateSet, all] : [set.syncStateSet]
  for (const brokerIds of groups) {
    const elected = electAmong(brokerIds, set.masterBrokerId, liveness, assignedBrokerId)
    if (elected !== undefined) return elected
  }
  return undefined
}
