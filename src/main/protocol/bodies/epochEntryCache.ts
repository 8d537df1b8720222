/** Body of GET_BROKER_EPOCH_CACHE (1007). Java: EpochEntryCache. */
import { numberOf, objectsOf, textOf } from './read'
import { jsonBody, readJsonBody } from './rocketmqJson'

export interface EpochEntryRow {
  epoch: number
  startOffset: number
  /** Undefined: it goes on; Long.MAX_VALUE on the wire. */
  endOffset: number | undefined
  /** Ours: who began it. Empty from another broker. */
  gantryId: string
}

export interface EpochEntryCache {
  clusterName: string
  brokerName: string
  brokerId: number
  epochList: readonly EpochEntryRow[]
  maxOffset: number
  /** Ours: where the log begins; undefined from another broker. */
  gantryMinOffset: number | undefined
}

const LONG_MAX = 9_223_372_036_854_775_807n

export const epochEntryCacheBody = ({ epochList, ...rest }: EpochEntryCache): Buffer =>
  jsonBody({
    ...rest,
    epochList: epochList.map((entry) => ({ ...entry, endOffset: entry.endOffset ?? LONG_MAX }))
  })

/** @throws RemotingError when it is no JSON object. */
export const readEpochEntryCache = (body: Buffer): EpochEntryCache => {
  const json = readJsonBody(body, 'epochs of a broker')
  const minOffset = numberOf(json.gantryMinOffset, -1)
  return {
    clusterName: textOf(json.clusterName),
    brokerName: textOf(json.brokerName),
    brokerId: numberOf(json.brokerId, 0),
    maxOffset: numberOf(json.maxOffset, 0),
    gantryMinOffset: minOffset < 0 ? undefined : minOffset,
    epochList: objectsOf(json.epochList).map((entry) => {
      const endOffset = numberOf(entry.endOffset, Infinity)
      return {
        epoch: numberOf(entry.epoch, 0),
        startOffset: numberOf(entry.startOffset, 0),
        endOffset: Number.isSafeInteger(endOffset) ? endOffset : undefined,
        gantryId: textOf(entry.gantryId)
      }
    })
  }
}
