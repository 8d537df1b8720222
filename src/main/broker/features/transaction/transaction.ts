/** Transactions: half messages wait, unseen, until their producer says how they end. */
import { Disposables } from '../../../base/disposable'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { RemotingError } from '../../../protocol/remotingCommand'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { BrokerFeature, PutMessageHook } from '../feature'
import { endTransaction, type EndTransactionDeps } from './endTransaction'
import { isHalfMessage, parkedHalf } from './halfMessage'
import {
  TransactionalMessageCheckService,
  type CheckServiceDeps
} from './transactionalMessageCheckService'
import {
  TransactionalMessageService,
  type TransactionalMessageServiceDeps
} from './transactionalMessageService'

type Deps = TransactionalMessageServiceDeps &
  Omit<CheckServiceDeps & EndTransactionDeps, 'transactions'> & {
    config: Pick<BrokerConfig, 'rejectTransactionMessage'>
  }

export const transaction = (deps: Deps): BrokerFeature => {
  const transactions = new TransactionalMessageService(deps)
  return {
    beforePut: parkHalfMessages(deps),
    routes: endTransaction({ ...deps, transactions }),
    start: async () => {
      const running = new Disposables()
      running.add(await transactions.open())
      running.add(new TransactionalMessageCheckService({ ...deps, transactions }).start())
      return running
    }
  }
}

export const parkHalfMessages =
  (deps: {
    config: Pick<BrokerConfig, 'rejectTransactionMessage'>
    identity: Pick<BrokerIdentity, 'name'>
  }): PutMessageHook =>
  (message) => {
    if (!isHalfMessage(message)) return message
    if (deps.config.rejectTransactionMessage)
      throw new RemotingError(
        ResponseCode.NO_PERMISSION,
        `broker ${deps.identity.name} takes no transactional messages (rejectTransactionMessage=true), so the one for ${message.topic} was not stored`
      )
    return parkedHalf(message)
  }
