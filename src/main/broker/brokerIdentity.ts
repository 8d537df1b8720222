import type { HostAddress } from '../protocol/message/host'
import type { BrokerRole } from '../../shared/views'

/** Who this broker is towards clients and nameservers; fixed while it runs. */
export interface BrokerIdentity {
  readonly cluster: string
  readonly name: string
  readonly brokerId: number
  readonly role: BrokerRole
  /** Advertised `brokerIP1:listenPort`. */
  readonly address: string
  /** The same as messages hold it. */
  readonly storeHost: HostAddress
  readonly bootTimestamp: number
}
