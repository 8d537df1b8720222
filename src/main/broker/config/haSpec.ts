/** Replication between the brokers of one name. Java: MessageStoreConfig, BrokerConfig. */
import {
  bytes,
  cluster,
  count,
  flag,
  hot,
  int,
  MIB,
  ms,
  text,
  type PropertySpec
} from '../../base/properties/property'
import { isIpAddress } from '../../protocol/message/host'

export const haSpec = {
  // Empty: brokerIP1. Java: NetworkUtil.getLocalAddress.
  brokerIP2: text(
    'identity',
    '',
    {},
    'an IP address',
    (value) => value === '' || isIpAddress(value)
  ),
  // 0: listenPort + 1, or any free port where that is any too.
  haListenPort: int('identity', 0, { ...cluster, max: 65_535 }),
  haSendHeartbeatInterval: int('store', 5000, { ...ms, min: 50 }),
  haHousekeepingInterval: int('store', 20_000, { ...ms, min: 100 }),
  haTransferBatchSize: int('store', 32_768, { ...bytes, min: 1024, max: MIB }),
  haMaxGapNotInSync: int('store', 256 * MIB, { ...bytes, min: 1 }),
  slaveTimeout: int('store', 3000, { ...ms, min: 50 }),
  inSyncReplicas: int('store', 1, { ...count, min: 1, max: 32 }),
  minInSyncReplicas: int('store', 1, { ...count, min: 1, max: 32 }),
  allAckInSyncStateSet: flag('store', false, hot)
} satisfies PropertySpec
