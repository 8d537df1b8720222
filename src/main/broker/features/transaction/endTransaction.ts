/** END_TRANSACTION (37), RESUME_CHECK_HALF_MESSAGE (323). Java: EndTransactionProcessor, AdminBrokerProcessor. */
import type { Clock } from '../../../base/clock'
import type { Log } from '../../../base/log'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import {
  EndTransactionRequestHeader,
  ResumeCheckHalfMessageRequestHeader
} from '../../../protocol/headers/transaction'
import { countedSize, decodeMessage } from '../../../protocol/message/messageCodec'
import { decodeMessageId } from '../../../protocol/message/messageId'
import { MessageSysFlag } from '../../../protocol/message/sysFlag'
import { RemotingError, success, type Reply } from '../../../protocol/remotingCommand'
import { RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC } from '../../../protocol/topicNames'
import { route, type RequestContext, type Route } from '../../../remoting/route'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerConfig } from '../../brokerConfig'
import type { BrokerIdentity } from '../../brokerIdentity'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import type { MessageTrace } from '../../trace/messageTrace'
import type { TrafficTail } from '../../trafficTail'
import { checkImmunityTime, readHalf, renewed, resumed, type HalfMessage } from './halfMessage'
import {
  isStored,
  missing,
  type CommittedMessage,
  type TransactionalMessageService
} from './transactionalMessageService'

export interface EndTransactionDeps {
  clock: Pick<Clock, 'now'>
  log: Log
  config: Pick<BrokerConfig, 'transactionTimeOut'>
  identity: Pick<BrokerIdentity, 'role' | 'name' | 'storeHost'>
  store: Pick<MessageStore, 'lookMessageByOffset' | 'putMessage'>
  stats: Pick<BrokerStatsManager, 'incPut'>
  tail: Pick<TrafficTail, 'isOpen' | 'offer'>
  trace: Pick<MessageTrace, 'put' | 'transaction'>
  transactions: TransactionalMessageService
}

type Context = RequestContext<EndTransactionRequestHeader>

export const endTransaction = (deps: EndTransactionDeps): Route[] => [
  route(RequestCode.END_TRANSACTION, EndTransactionRequestHeader, (context) => end(deps, context)),
  route(
    RequestCode.RESUME_CHECK_HALF_MESSAGE,
    ResumeCheckHalfMessageRequestHeader,
    ({ header: { msgId } }) => resume(deps, msgId)
  )
]

const end = (deps: EndTransactionDeps, context: Context): Promise<Reply> | undefined => {
  const { identity, transactions, log } = deps
  const { header, connection, command } = context
  if (identity.role === 'SLAVE')
    throw new RemotingError(
      ResponseCode.SLAVE_NOT_AVAILABLE,
      `broker ${identity.name} is a slave; transactions end on its master`
    )
  switch (header.commitOrRollback) {
    case MessageSysFlag.TRANSACTION_COMMIT_TYPE:
      return transactions.commit(halfOf(deps, header)).then((message) => {
        if (message) count(deps, context, message)
        return success
      })
    case MessageSysFlag.TRANSACTION_ROLLBACK_TYPE: {
      const half = halfOf(deps, header)
      const { topic, queueId, queueOffset } = half.stored
      return transactions.rollback(half).then(() => {
        const place = { topic, queueId, queueOffset }
        deps.trace.transaction('rollback', place, header.producerGroup, connection)
        return success
      })
    }
    default:
      // Unknown: it is checked later. Nobody waits for an answer.
      log.debug(
        `${connection.remoteAddress} does not know yet how ${header.msgId} ends ${command.remark ?? ''}`
      )
      return undefined
  }
}

/** The half message a producer means. @throws RemotingError when it is another one, or may not be ended now. */
const halfOf = (deps: EndTransactionDeps, header: EndTransactionRequestHeader): HalfMessage => {
  const { transactions, clock, config } = deps
  const { producerGroup, commitLogOffset, tranStateTableOffset, fromTransactionCheck } = header
  const half = transactions.read(commitLogOffset)
  if (!half) throw missing(commitLogOffset)
  if (fromTransactionCheck !== true && half.immunityMs !== undefined) {
    const { transactionTimeOut } = config
    const limit = Math.max(checkImmunityTime(half, transactionTimeOut), transactionTimeOut)
    if (clock.now() - transactions.since(half) > limit)
      throw new RemotingError(
        ResponseCode.ILLEGAL_OPERATION,
        `the half message of ${half.realTopic} is older than its CHECK_IMMUNITY_TIME_IN_SECONDS; answer its check instead`
      )
  }
  if (half.producerGroup !== producerGroup)
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `the producer group wrong: the half message is of ${half.producerGroup ?? 'none'}, not of ${producerGroup}`
    )
  if (half.stored.queueOffset !== tranStateTableOffset)
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `the transaction state table offset wrong: the half message at ${commitLogOffset} has ${half.stored.queueOffset}, not ${tranStateTableOffset}`
    )
  return half
}

const count = (
  { stats, tail, trace, clock, store }: EndTransactionDeps,
  { header, connection }: Context,
  { message, queueOffset, physicalOffset }: CommittedMessage
): void => {
  const { topic, queueId, sysFlag, properties } = message
  stats.incPut(topic, 1, countedSize(message))
  trace.put(clock.now(), topic, queueId, queueOffset, 1, header.producerGroup, connection)
  const record = tail.isOpen ? store.lookMessageByOffset(physicalOffset) : undefined
  if (!record) return
  tail.offer({
    kind: 'put',
    at: clock.now(),
    ...{ topic, queueId, sysFlag, properties, queueOffset, physicalOffset },
    body: decodeMessage(record).body,
    group: header.producerGroup,
    client: connection.remoteAddress
  })
}

/** Begins the checks anew: of one in doubt, or of one given up. */
const resume = async (deps: EndTransactionDeps, msgId = ''): Promise<Reply> => {
  const { store, transactions, identity } = deps
  const physicalOffset = decodeMessageId(msgId)?.physicalOffset ?? -1
  const half = transactions.read(physicalOffset)
  if (half) {
    const entry = transactions.pending.find(half)
    if (!entry)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `the transaction of the half message ${msgId} has ended; there is nothing to check`
      )
    if (await transactions.renew(entry, renewed(half, 0, identity.storeHost))) return success
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `the half message ${msgId} was not put back: it ended, or the store refuses messages`
    )
  }
  const record = store.lookMessageByOffset(physicalOffset)
  const givenUp = readHalf(record, RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC)
  if (!givenUp)
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `${msgId || 'no msgId'} is no offset message id of a half message of this broker`
    )
  const result = await store.putMessage(resumed(givenUp, identity.storeHost))
  if (isStored(result)) return success
  throw new RemotingError(ResponseCode.SYSTEM_ERROR, `${msgId} was not put back: ${result.reason}`)
}
