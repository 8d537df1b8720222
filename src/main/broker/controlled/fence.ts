/** A master that may be replaced already takes no messages: its producers go where the master is. */
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import type { RequestHandler } from '../../remoting/route'

const writes: ReadonlySet<number> = new Set([
  RequestCode.SEND_MESSAGE,
  RequestCode.SEND_MESSAGE_V2,
  RequestCode.SEND_BATCH_MESSAGE,
  RequestCode.CONSUMER_SEND_MSG_BACK,
  RequestCode.SEND_REPLY_MESSAGE,
  RequestCode.SEND_REPLY_MESSAGE_V2,
  RequestCode.END_TRANSACTION,
  RequestCode.RECALL_MESSAGE,
  RequestCode.POP_MESSAGE
])

/** `isFenced` is asked at each write: a master that stood still must not take one before it has looked. */
export const fenced =
  (isFenced: () => boolean, handler: RequestHandler): RequestHandler =>
  (command, connection) =>
    writes.has(command.code) && isFenced()
      ? {
          code: ResponseCode.SERVICE_NOT_AVAILABLE,
          remark:
            'service not available now: the controller does not hear of this master and a slave of its sync-state set is away, so another may be master already; send to another broker'
        }
      : handler(command, connection)
