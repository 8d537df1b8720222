/** Which broker has which id: a broker asks for the next, applies for it and keeps it for good. Java: ReplicasInfoManager. */
import { ResponseCode } from '../../protocol/codes/responseCode'
import type { Decoded } from '../../protocol/header'
import type * as headers from '../../protocol/headers/controller'
import { FIRST_BROKER_CONTROLLER_ID, hasBroker, type BrokerSet } from './brokerSet'
import { done, refused, tooLong, type ControllerResult } from './controllerResult'
import type { BrokerLiveness } from './electPolicy'

type Header<N extends keyof typeof headers> = Decoded<(typeof headers)[N]>

/** Broker sets one controller keeps; the next one gets no id. */
export const MAX_BROKER_SETS = 1000

/** Ids of one broker set, also of brokers that are gone; cleanBrokerMetadata makes room. */
export const MAX_REPLICAS = 64

/** CONTROLLER_GET_NEXT_BROKER_ID. */
export const getNextBrokerId = (
  set: BrokerSet | undefined,
  { clusterName, brokerName }: Header<'GetNextBrokerIdRequestHeader'>
): ControllerResult<Header<'GetNextBrokerIdResponseHeader'>> =>
  done({
    clusterName,
    brokerName,
    nextBrokerId: set?.nextAssignBrokerId ?? FIRST_BROKER_CONTROLLER_ID
  })

/** CONTROLLER_APPLY_BROKER_ID: asked twice with one check code, it is given once. */
export const applyBrokerId = (
  set: BrokerSet | undefined,
  header: Header<'ApplyBrokerIdRequestHeader'>,
  knownSets: number
): ControllerResult<Header<'ApplyBrokerIdResponseHeader'>> => {
  const { clusterName, brokerName, appliedBrokerId: brokerId, registerCheckCode } = header
  const invalid = (remark: string) =>
    refused(ResponseCode.CONTROLLER_BROKER_ID_INVALID, remark, { clusterName, brokerName })
  if (!set && brokerId !== FIRST_BROKER_CONTROLLER_ID)
    return invalid(
      `Broker-set: ${brokerName} hasn't been registered in controller, but broker try to apply brokerId: ${brokerId}`
    )
  const holder = set?.brokers.find((broker) => broker.brokerId === brokerId)
  if (holder?.registerCheckCode === registerCheckCode) return done({ clusterName, brokerName })
  if (holder || brokerId < FIRST_BROKER_CONTROLLER_ID || !Number.isSafeInteger(brokerId + 1))
    return invalid(`Fail to apply brokerId: ${brokerId} in broker-set: ${brokerName}`)
  if (set && set.clusterName !== clusterName)
    return invalid(`broker set ${brokerName} belongs to cluster ${set.clusterName}, not ${clusterName}; name one of the two otherwise`) // prettier-ignore
  if (!set && knownSets >= MAX_BROKER_SETS)
    return invalid(`this controller keeps ${MAX_BROKER_SETS} broker sets and takes no more; clean those that are gone (mqadmin cleanBrokerMetadata)`) // prettier-ignore
  if (set && set.brokers.length >= MAX_REPLICAS)
    return invalid(`broker set ${brokerName} has ${MAX_REPLICAS} ids and takes no more; clean those that are gone (mqadmin cleanBrokerMetadata)`) // prettier-ignore
  const brokerAddress = registerCheckCode.split(';')[0] ?? ''
  return (
    tooLong([clusterName, brokerName, registerCheckCode]) ??
    done(
      { clusterName, brokerName },
      {
        event: {
          type: 'APPLY_BROKER_ID',
          clusterName,
          brokerName,
          broker: { brokerId, brokerAddress, registerCheckCode }
        }
      }
    )
  )
}

/** `1;2` to ids. */
const idsOf = (text: string): number[] | undefined => {
  const ids = text.split(';').map((id) => id.trim())
  return ids.every((id) => /^[+-]?\d{1,15}$/.test(id)) ? ids.map(Number) : undefined
}

/** CLEAN_BROKER_DATA: forgets ids, or all of a broker set; one that is there only where the caller insists. */
export const cleanBrokerData = (
  set: BrokerSet | undefined,
  header: Header<'CleanControllerBrokerDataRequestHeader'>,
  liveness: BrokerLiveness
): ControllerResult<undefined> => {
  const { brokerName, brokerControllerIdsToClean = '', isCleanLivingBroker = false } = header
  const invalid = (remark: string): ControllerResult<never> =>
    refused(ResponseCode.CONTROLLER_INVALID_CLEAN_BROKER_METADATA, remark)
  const isWhole = brokerControllerIdsToClean.trim() === ''
  const ids = isWhole ? [] : idsOf(brokerControllerIdsToClean)
  if (!ids)
    return invalid(
      `Please set the option <brokerControllerIdsToClean> according to the format, exception: "${brokerControllerIdsToClean.slice(0, 64)}" is not like 1;2;3`
    )
  if (!isCleanLivingBroker) {
    if (isWhole && set?.masterBrokerId !== undefined)
      return invalid(`Broker ${brokerName} is still alive, clean up failure`)
    const alive = ids.find((id) => set && hasBroker(set, id) && liveness.isBrokerActive(id))
    if (alive !== undefined)
      return invalid(`Broker [${brokerName},  ${alive}] is still alive, clean up failure`)
  }
  if (!set) return invalid(`Broker ${brokerName} is not existed,clean broker data failure.`)
  // Unlike Java, which forgets the whole set where living brokers are cleaned, whatever ids were named.
  const brokerIds = isWhole ? undefined : ids
  return done(undefined, { event: { type: 'CLEAN_BROKER_DATA', brokerName, brokerIds } })
}
