/** What a slave does not do, answered as RocketMQ's brokers do. Reads, heartbeats, locks and offset commits it serves. */
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import type { RequestHandler } from '../../remoting/route'
import type { BrokerConfig } from '../brokerConfig'

interface Refusal {
  readonly code: number
  readonly remark: string
  /** Undefined: always. */
  readonly unless?: (config: SlaveConfig) => boolean
}

type SlaveConfig = Pick<BrokerConfig, 'slaveReadEnable'>

/** Java: SendMessageProcessor.rejectRequest, and NettyRemotingAbstract, which answers for it. */
const rejected: Refusal = {
  code: ResponseCode.SYSTEM_BUSY,
  remark: '[REJECTREQUEST]system busy, start flow control for a while'
}

/** Java: AdminBrokerProcessor.validateSlave (4.9; 5.x takes the change, and its next synchronization undoes it). */
const notFromSlave: Refusal = {
  code: ResponseCode.SYSTEM_ERROR,
  remark:
    "Can't modify topic or subscription group from slave broker, please execute it from master broker."
}

/** 5.x tools delete at slaves too, and stop at a refusal. */
const deletedAtMaster: Refusal = {
  code: ResponseCode.SUCCESS,
  remark: 'this broker is a slave: what its master deletes goes here too'
}

/** Java: EndTransactionProcessor, without a remark. */
const noTransactions: Refusal = {
  code: ResponseCode.SLAVE_NOT_AVAILABLE,
  remark: 'this broker is a slave: a transaction ends at its master'
}

/** Java: a slave cannot keep what it popped, and no client asks it to. */
const noPop: Refusal = {
  code: ResponseCode.SERVICE_NOT_AVAILABLE,
  remark: 'this broker is a slave, it keeps no messages in flight: pop at its master'
}

const refusals: ReadonlyMap<number, Refusal> = new Map([
  [RequestCode.SEND_MESSAGE, rejected],
  [RequestCode.SEND_MESSAGE_V2, rejected],
  [RequestCode.SEND_BATCH_MESSAGE, rejected],
  [RequestCode.CONSUMER_SEND_MSG_BACK, rejected],
  // Java: PullMessageProcessor.rejectRequest.
  [RequestCode.PULL_MESSAGE, { ...rejected, unless: readsAllowed }],
  [RequestCode.LITE_PULL_MESSAGE, { ...rejected, unless: readsAllowed }],
  [RequestCode.END_TRANSACTION, noTransactions],
  [RequestCode.RESUME_CHECK_HALF_MESSAGE, noTransactions],
  // Java: RecallMessageProcessor.
  [
    RequestCode.RECALL_MESSAGE,
    {
      code: ResponseCode.SLAVE_NOT_AVAILABLE,
      remark: 'recall failed, broker service not available'
    }
  ],
  // Java: AdminBrokerProcessor.resetOffsetInner.
  [
    RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
    { code: ResponseCode.SYSTEM_ERROR, remark: 'Can not reset offset in slave broker' }
  ],
  [RequestCode.UPDATE_AND_CREATE_TOPIC, notFromSlave],
  [RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, notFromSlave],
  [RequestCode.DELETE_TOPIC_IN_BROKER, deletedAtMaster],
  [RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, notFromSlave],
  [RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, notFromSlave],
  [RequestCode.DELETE_SUBSCRIPTIONGROUP, notFromSlave],
  [RequestCode.SET_MESSAGE_REQUEST_MODE, notFromSlave],
  [RequestCode.POP_MESSAGE, noPop],
  [RequestCode.ACK_MESSAGE, noPop],
  [RequestCode.BATCH_ACK_MESSAGE, noPop],
  [RequestCode.CHANGE_MESSAGE_INVISIBLETIME, noPop],
  [RequestCode.NOTIFICATION, noPop]
])

function readsAllowed({ slaveReadEnable }: SlaveConfig): boolean {
  return slaveReadEnable
}

/** Judged before anything of the request is read, as in RocketMQ. */
export const refusingAsSlave =
  (config: SlaveConfig, handler: RequestHandler): RequestHandler =>
  (command, connection) => {
    const refusal = refusals.get(command.code)
    if (!refusal || refusal.unless?.(config)) return handler(command, connection)
    return { code: refusal.code, remark: refusal.remark }
  }
