/** Who a broker is and where it is found. Java: BrokerConfig, MessageStoreConfig. */
import { NAME_PATTERN } from '../../../shared/names'
import {
  text,
  int,
  long,
  oneOf,
  cluster,
  ms,
  type Property,
  type PropertySpec,
  type PropertyTraits
} from '../../base/properties/property'
import { isIpAddress } from '../../protocol/message/host'

const name = (initial: string, more: PropertyTraits = {}): Property<string> =>
  text('identity', initial, more, 'a name of a-z A-Z 0-9 _ - % |', (value) =>
    NAME_PATTERN.test(value)
  )

export const identitySpec = {
  brokerClusterName: name('DefaultCluster', cluster),
  brokerName: name('broker-a', cluster),
  brokerId: long('identity', 0, cluster),
  brokerRole: oneOf('identity', ['ASYNC_MASTER', 'SYNC_MASTER', 'SLAVE'], cluster),
  brokerIP1: text('identity', '127.0.0.1', {}, 'an IP address', isIpAddress),
  listenPort: int('identity', 10911, { ...cluster, max: 65_535 }),
  namesrvAddr: text('identity', '', cluster),
  registerNameServerPeriod: int('identity', 30_000, { unit: 'ms', min: 10_000, max: 60_000 }),
  registerBrokerTimeoutMills: int('identity', 24_000, { ...ms, min: 100 })
} satisfies PropertySpec
