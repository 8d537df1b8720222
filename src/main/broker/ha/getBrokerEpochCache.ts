/** GET_BROKER_EPOCH_CACHE (1007): whose log this is. Java: AdminBrokerProcessor.getBrokerEpochCache. */
import { epochEntryCacheBody } from '../../protocol/bodies/epochEntryCache'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { GetBrokerEpochCacheRequestHeader } from '../../protocol/headers/ha'
import { route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'
import type { BrokerIdentity } from '../brokerIdentity'
import type { HaService } from './haService'

interface Deps {
  identity: Pick<BrokerIdentity, 'cluster' | 'name' | 'brokerId'>
  store: Pick<MessageStore, 'replica'>
  ha: Pick<HaService, 'epochs' | 'introduce'>
}

export const getBrokerEpochCache = ({ identity, store, ha }: Deps): Route[] => [
  route(
    RequestCode.GET_BROKER_EPOCH_CACHE,
    GetBrokerEpochCacheRequestHeader,
    ({ header: { gantrySlaveAddr, gantryBrokerId } }) => {
      if (gantrySlaveAddr !== undefined && gantryBrokerId !== undefined)
        ha.introduce(gantrySlaveAddr, gantryBrokerId)
      const body = epochEntryCacheBody({
        clusterName: identity.cluster,
        brokerName: identity.name,
        brokerId: identity.brokerId,
        epochList: ha.epochs.map(({ id, ...entry }) => ({ ...entry, gantryId: id })),
        maxOffset: store.replica.end,
        gantryMinOffset: store.replica.minOffset
      })
      return { code: ResponseCode.SUCCESS, body }
    }
  )
]
