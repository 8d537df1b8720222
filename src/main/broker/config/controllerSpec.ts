/** A broker whose role a controller decides. Java: BrokerConfig, MessageStoreConfig; times are shorter here, to be watched on one machine. */
import {
  cluster,
  flag,
  int,
  long,
  ms,
  text,
  type PropertySpec
} from '../../base/properties/property'

export const controllerSpec = {
  enableControllerMode: flag('identity', false, cluster),
  // One address or several, by ;.
  controllerAddr: text('identity', '', cluster),
  // RocketMQ: 1000.
  brokerHeartbeatInterval: int('behaviour', 300, { ...ms, min: 50 }),
  // Without a heartbeat for so long the controller elects another master. RocketMQ: 10 s.
  controllerHeartBeatTimeoutMills: long('behaviour', 2000, { ...ms, min: 200 }),
  sendHeartbeatTimeoutMillis: int('behaviour', 1000, { ...ms, min: 50 }),
  // How often a master looks who has everything. RocketMQ: 5 s.
  checkSyncStateSetPeriod: long('behaviour', 500, { ...ms, min: 50 }),
  // A slave that had not everything for so long is no more in the sync-state set. RocketMQ: 15 s.
  haMaxTimeSlaveNotCatchup: long('store', 3000, { ...ms, min: 100 }),
  // Of equals the lowest number is elected.
  brokerElectionPriority: int('behaviour', 2 ** 31 - 1, { hot: true })
} satisfies PropertySpec
