/** What producers ask of the proxy. */
import type { Clock } from '../../base/clock'
import type { Random } from '../../base/random'
import type { RouteCache } from '../../client/routeCache'
import type { RemotingClient } from '../../remoting/client'
import type { ProxyConfig } from '../proxyConfig'
import type { Metadata } from '../remote/metadata'
import type { MessagingService } from '../v2/methods'
import { BytesInFlight } from './bytesInFlight'
import type { MessageLimits } from './checkMessage'
import { endTransaction } from './endTransaction'
import { MessageSender } from './messageSender'
import { QueueSelector } from './queueSelector'
import { recallMessage } from './recallMessage'
import { sendMessage } from './sendMessage'
import { topicTypeCheck } from './topicTypeCheck'
import type { TransactionDataManager } from './transactionDataManager'

export interface ProducerDeps {
  clock: Pick<Clock, 'now' | 'real'>
  random: Pick<Random, 'int'>
  remoting: Pick<RemotingClient, 'invoke'>
  routes: Pick<RouteCache, 'find' | 'refresh' | 'masterAddress'>
  metadata: Pick<Metadata, 'messageType'>
  config: MessageLimits & Pick<ProxyConfig, 'enableTopicMessageTypeCheck'>
  /** The same that `transactionChecks` has. */
  transactions: TransactionDataManager
}

export const producerService = (
  deps: ProducerDeps
): Pick<MessagingService, 'SendMessage' | 'EndTransaction' | 'RecallMessage'> => {
  const clock = deps.clock.real
  const checkType = topicTypeCheck(deps)
  const selector = new QueueSelector({ clock, random: deps.random })
  const inFlight = new BytesInFlight(clock)
  const sender = new MessageSender({ ...deps, clock, selector, inFlight })
  return {
    SendMessage: sendMessage({ ...deps, checkType, sender }),
    EndTransaction: endTransaction(deps),
    RecallMessage: recallMessage({ ...deps, checkType })
  }
}
