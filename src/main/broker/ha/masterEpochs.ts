/** A slave asks its master whose log it has, and says from where it connects. */
import { readEpochEntryCache } from '../../protocol/bodies/epochEntryCache'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { GetBrokerEpochCacheRequestHeader } from '../../protocol/headers/ha'
import type { RemotingClient } from '../../remoting/client'
import type { LogHistory } from './commonPoint'
import type { HaMaster } from './haService'

export type MasterEpochs = LogHistory

interface Deps {
  client: Pick<RemotingClient, 'invoke'>
  brokerId: number
}

/** A master answers from memory; one that takes longer hangs. */
const EPOCHS_TIMEOUT_MS = 3000

/** @throws Error when the master does not answer, or is none of ours. */
export const masterEpochs =
  ({ client, brokerId }: Deps) =>
  async ({ masterAddr }: HaMaster, localAddr: string): Promise<MasterEpochs> => {
    const extFields = GetBrokerEpochCacheRequestHeader.encode({
      gantrySlaveAddr: localAddr,
      gantryBrokerId: brokerId
    })
    const request = { code: RequestCode.GET_BROKER_EPOCH_CACHE, extFields }
    const { code, remark, body } = await client.invoke(masterAddr, request, EPOCHS_TIMEOUT_MS)
    if (code !== ResponseCode.SUCCESS || body === undefined)
      throw new Error(`it does not tell its epochs (${code} ${remark ?? ''})`)
    const { epochList, maxOffset, gantryMinOffset } = readEpochEntryCache(body)
    if (gantryMinOffset === undefined) throw new Error('its log is not of the format of ours')
    return {
      minOffset: gantryMinOffset,
      maxOffset,
      entries: epochList.map(({ gantryId, ...entry }) => ({ ...entry, id: gantryId }))
    }
  }
