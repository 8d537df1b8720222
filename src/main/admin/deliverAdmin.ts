import type { DeliverResult } from '../../shared/deadLetterViews'
import { numberOf, textOf } from '../protocol/bodies/read'
import { RequestCode } from '../protocol/codes/requestCode'
import { ConsumeMessageDirectlyResultRequestHeader } from '../protocol/headers/admin'
import { findMaster, jsonOf, type AdminDeps } from './adminCall'

/** Longer than a broker waits for its client: 10 s. */
const DELIVER_TIMEOUT_MS = 12_000

/** A stored message by its offset id, and the member who shall consume it. */
export interface DirectDelivery {
  brokerName: string
  consumerGroup: string
  clientId: string
  topic: string
  offsetMsgId: string
}

export const deliverAdmin = (deps: AdminDeps) => ({
  /**
   * CONSUME_MESSAGE_DIRECTLY (309): the client consumes the message at once, outside its queues and its progress.
   * @throws RemotingError CONSUME_MSG_TIMEOUT when it stays silent, as clients do that do not know the request.
   */
  consumeMessageDirectly: async (delivery: DirectDelivery): Promise<DeliverResult> => {
    const { brokerName, consumerGroup, clientId, topic, offsetMsgId: msgId } = delivery
    const { address } = await findMaster(deps, brokerName)
    const code = RequestCode.CONSUME_MESSAGE_DIRECTLY
    const header = { consumerGroup, clientId, msgId, brokerName, topic }
    const extFields = ConsumeMessageDirectlyResultRequestHeader.encode(header)
    const answer = await deps.client.call(address, { code, extFields }, DELIVER_TIMEOUT_MS)
    const result = jsonOf(answer, code)
    return {
      consumeResult: textOf(result.consumeResult),
      remark: textOf(result.remark),
      spentMs: numberOf(result.spentTimeMills, 0)
    }
  }
})
