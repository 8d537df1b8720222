import { formatHost, hostAddress, type HostAddress } from '../protocol/message/host'
import type { BrokerRole } from '../../shared/views'
import type { BrokerConfig } from './brokerConfig'

/** Who this broker is towards clients and nameservers; fixed while it runs. */
export interface BrokerIdentity {
  readonly cluster: string
  readonly name: string
  readonly brokerId: number
  readonly role: BrokerRole
  /** Advertised `brokerIP1:listenPort`. */
  readonly address: string
  /** Where slaves reach it: `brokerIP2:haListenPort`. */
  readonly haServerAddr: string
  /** The same as messages hold it. */
  readonly storeHost: HostAddress
  readonly bootTimestamp: number
}

export const identityOf = (config: BrokerConfig, bootTimestamp: number): BrokerIdentity => {
  const { brokerIP1, brokerIP2, listenPort, haListenPort } = config
  const storeHost = hostAddress(brokerIP1, listenPort)
  return {
    cluster: config.brokerClusterName,
    name: config.brokerName,
    brokerId: config.brokerId,
    role: config.brokerRole,
    address: formatHost(storeHost),
    haServerAddr: formatHost(hostAddress(brokerIP2 || brokerIP1, haListenPort)),
    storeHost,
    bootTimestamp
  }
}
