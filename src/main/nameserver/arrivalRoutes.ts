/** A broker of this machine is reached where the nameserver was: on a laptop with five networks no one address suits all. */
import { LOOPBACK } from '../base/bindAddresses'
import type { RemotingConnection } from '../remoting/connection'
import type { BrokerDataView } from './routeInfoManager'

/** A broker as the client behind a connection is told of it. */
export type ArrivalRoutes = (
  broker: BrokerDataView,
  connection: Pick<RemotingConnection, 'localAddress'>
) => BrokerDataView

const asTold: ArrivalRoutes = (broker) => broker

/** fe80::/10: means something only together with the zone of whoever says it. */
const isLinkLocalV6 = (address: string): boolean => /^fe[89ab][0-9a-f]:/i.test(address)

/** Only what calls itself 127.0.0.1 is this machine for certain, and told by an address that leads nowhere else. */
const atArrival: ArrivalRoutes = (broker, { localAddress }) => {
  if (localAddress === LOOPBACK || localAddress === '' || isLinkLocalV6(localAddress)) return broker
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress
  const own = `${LOOPBACK}:`
  const brokerAddrs = Object.fromEntries(
    Object.entries(broker.brokerAddrs).map(([id, address]) => [
      id,
      address.startsWith(own) ? `${host}:${address.slice(own.length)}` : address
    ])
  )
  return { ...broker, brokerAddrs }
}

export const arrivalRoutes = (isOn: boolean): ArrivalRoutes => (isOn ? atArrival : asTold)
