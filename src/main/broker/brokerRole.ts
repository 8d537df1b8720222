/** brokerRole and brokerId belong together. Java: BrokerStartup.buildBrokerController. */
import { MASTER_ID } from '../../shared/clusterSpec'
import type { LiveBrokerConfig } from './brokerConfig'

/** A master has id 0 whatever was given. @throws RangeError for a slave with it. */
export const settleRole = (live: LiveBrokerConfig): void => {
  const { brokerRole, brokerId } = live.config
  if (brokerRole !== 'SLAVE') return live.set({ brokerId: String(MASTER_ID) })
  if (brokerId <= MASTER_ID)
    throw new RangeError(`brokerId=${brokerId}: Slave's brokerId must be > 0 (brokerRole=SLAVE)`)
}
