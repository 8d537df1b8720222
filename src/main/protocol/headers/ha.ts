/** Headers of replication. */
import { defineHeader, int, opt, str } from '../header'

/** GET_BROKER_EPOCH_CACHE (1007). RocketMQ's has no fields; ours say which slave asks and from where it connects. */
export const GetBrokerEpochCacheRequestHeader = defineHeader('GetBrokerEpochCacheRequestHeader', {
  gantrySlaveAddr: opt(str),
  gantryBrokerId: opt(int)
})
