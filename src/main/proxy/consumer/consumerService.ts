/** What gRPC consumers call: messages are popped from brokers, and what becomes of them is told there. Java: DefaultGrpcMessagingActivity. */
import type { Clock } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import type { Log } from '../../base/log'
import type { RouteCache } from '../../client/routeCache'
import type { RemotingClient } from '../../remoting/client'
import type { ProxyConfig } from '../proxyConfig'
import type { Metadata } from '../remote/metadata'
import type { Sessions } from '../sessions/clientSession'
import type { MessagingService } from '../v2/methods'
import { ackMessage } from './ackMessage'
import { Arrivals } from './arrivals'
import { BrokerReceipts } from './brokerReceipts'
import { ReceiptHandles } from './receiptHandles'
import { receiveMessage } from './receiveMessage'
import { Receiver } from './receiver'

export interface ConsumerDeps {
  clock: Clock
  log: Log
  remoting: Pick<RemotingClient, 'invoke'>
  routes: Pick<RouteCache, 'get' | 'refresh' | 'masterAddress'>
  metadata: Pick<Metadata, 'group'>
  sessions: Sessions
  config: ProxyConfig
}

export interface ConsumerService extends Disposable {
  readonly service: Pick<
    MessagingService,
    'ReceiveMessage' | 'AckMessage' | 'ChangeInvisibleDuration' | 'ForwardMessageToDeadLetterQueue'
  >
}

/** Messages in hand stay there when it is disposed: their clients may come back with the same handles. */
export const consumerService = (deps: ConsumerDeps): ConsumerService => {
  const brokers = new BrokerReceipts(deps)
  const handles = new ReceiptHandles({ ...deps, brokers })
  const arrivals = new Arrivals({ ...deps, clock: deps.clock.real })
  const receiver = new Receiver({ ...deps, arrivals })
  return {
    service: {
      ReceiveMessage: receiveMessage({ ...deps, brokers, handles, receiver }),
      ...ackMessage({ ...deps, brokers, handles })
    },
    dispose: () => {
      handles.dispose()
      arrivals.dispose()
    }
  }
}
