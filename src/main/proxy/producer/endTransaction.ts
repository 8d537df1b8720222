/** EndTransaction. Java: EndTransactionActivity, TransactionProcessor. */
import type { RouteCache } from '../../client/routeCache'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { EndTransactionRequestHeader } from '../../protocol/headers/transaction'
import { MessageSysFlag } from '../../protocol/message/sysFlag'
import { RemotingError, type RemotingRequest } from '../../protocol/remotingCommand'
import type { RemotingClient } from '../../remoting/client'
import { topicOf } from '../message/names'
import { Code, OK, StatusError } from '../v2/code'
import { TransactionResolution, TransactionSource } from '../v2/enums'
import type { EndTransactionRequest } from '../v2/messages'
import type { MessagingService } from '../v2/methods'
import { masterAddress } from './masterAddress'
import type { TransactionData, TransactionDataManager } from './transactionDataManager'

/** Java: MessagingProcessor.DEFAULT_TIMEOUT_MILLS. */
export const END_TRANSACTION_TIMEOUT_MS = 2000

interface Deps {
  remoting: Pick<RemotingClient, 'invoke'>
  routes: Pick<RouteCache, 'find' | 'masterAddress'>
  transactions: Pick<TransactionDataManager, 'find' | 'resolved'>
}

const invalid = (why: string): StatusError => new StatusError(Code.INVALID_TRANSACTION_ID, why)

/** What a broker answers for a half message that is not there, has ended otherwise, or is too old. */
const cannotEnd: ReadonlySet<number> = new Set([
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.ILLEGAL_OPERATION
])

const endRequest = (
  topic: string,
  { messageId = '', transactionId = '', resolution, source }: EndTransactionRequest,
  { brokerName, commitLogOffset, tranStateTableOffset, isChecked }: TransactionData
): RemotingRequest => ({
  code: RequestCode.END_TRANSACTION,
  extFields: EndTransactionRequestHeader.encode({
    topic,
    producerGroup: topic,
    tranStateTableOffset,
    commitLogOffset,
    commitOrRollback:
      resolution === TransactionResolution.COMMIT
        ? MessageSysFlag.TRANSACTION_COMMIT_TYPE
        : MessageSysFlag.TRANSACTION_ROLLBACK_TYPE,
    // Go names no source, whoever asked.
    fromTransactionCheck: isChecked || source === TransactionSource.SOURCE_SERVER_CHECK,
    msgId: messageId,
    transactionId,
    bname: brokerName
  })
})

export const endTransaction =
  (deps: Deps): MessagingService['EndTransaction'] =>
  async (request) => {
    const topic = topicOf(request.topic)
    const { transactionId = '', resolution = TransactionResolution.UNSPECIFIED } = request
    if (transactionId.trim() === '') throw invalid('the transaction has no transaction_id')
    const isDecided =
      resolution === TransactionResolution.COMMIT || resolution === TransactionResolution.ROLLBACK
    // The producer does not know it yet: it is asked again.
    if (!isDecided) return { status: OK }
    const known = deps.transactions.find(topic, transactionId)
    if (!known)
      throw invalid(
        `transaction ${transactionId} of ${topic} is not known here; if it is open, its producer is asked for its end`
      )
    if (known.resolution === resolution) return { status: OK }
    if (known.resolution !== undefined)
      throw invalid(`transaction ${transactionId} of ${topic} has ended already, otherwise`)
    const { data } = known
    const address = masterAddress(deps.routes, await deps.routes.find(topic), data.brokerName)
    const answer = await deps.remoting.invoke(
      address,
      endRequest(topic, request, data),
      END_TRANSACTION_TIMEOUT_MS
    )
    if (answer.code !== ResponseCode.SUCCESS) {
      const remark = answer.remark ?? `broker ${data.brokerName} did not end it`
      if (cannotEnd.has(answer.code)) throw invalid(`transaction ${transactionId}: ${remark}`)
      throw new RemotingError(answer.code, remark)
    }
    deps.transactions.resolved(topic, transactionId, data, resolution)
    return { status: OK }
  }
