/** GANTRY_CLOSE_CLIENT (31010): ends what a client has open here. RocketMQ has no such request. */
import type { Log } from '../../base/log'
import { RequestCode } from '../../protocol/codes/requestCode'
import { CloseClientRequestHeader, CloseClientResponseHeader } from '../../protocol/headers/admin'
import { reply, route, type Route } from '../../remoting/route'
import type { ConsumerManager } from '../consumerManager'
import type { ProducerManager } from '../producerManager'

interface Deps {
  log: Log
  consumers: Pick<ConsumerManager, 'connectionsOf'>
  producers: Pick<ProducerManager, 'connectionsOf'>
}

export const closeClient = ({ log, consumers, producers }: Deps): Route[] => [
  route(
    RequestCode.GANTRY_CLOSE_CLIENT,
    CloseClientRequestHeader,
    ({ header: { clientId = '' } }) => {
      const channels = clientId === '' ? [] : [...consumers.connectionsOf(clientId), ...producers.connectionsOf(clientId)] // prettier-ignore
      const proxied = new Map(channels.map(({ connection, isProxied }) => [connection, isProxied]))
      for (const [connection, isProxied] of proxied) {
        log.info(`${clientId} at ${connection.remoteAddress} is closed on request`)
        // The connection is the proxy's own; the proxy ends what its client has open.
        if (isProxied) {
          const extFields = CloseClientRequestHeader.encode({ clientId })
          connection.oneway({ code: RequestCode.GANTRY_CLOSE_CLIENT, extFields })
        } else connection.destroy(`${clientId} was closed on request`)
      }
      return reply(CloseClientResponseHeader, { closed: proxied.size })
    }
  )
]
