import { asObject, numberOf } from '../protocol/bodies/read'
import { readDelayOffsets, readTimerCheckpoint } from '../protocol/bodies/slaveSync'
import { RequestCode } from '../protocol/codes/requestCode'
import { RecallMessageRequestHeader } from '../protocol/headers/send'
import {
  CID_SYS_RMQ_TRANS,
  RMQ_SYS_TRANS_HALF_TOPIC,
  RMQ_SYS_TRANS_OP_HALF_TOPIC
} from '../protocol/topicNames'
import { queryConsumerOffset } from '../client/brokerCalls'
import { messageQueue } from '../protocol/bodies/messageQueue'
import { ADMIN_TIMEOUT_MS, callBroker, jsonOf, type AdminDeps } from './adminCall'

/** How far a broker is with what it keeps for later. Brokers are given by address: each has its own. */
export const scheduledAdmin = (deps: AdminDeps) => {
  const { client } = deps
  const transOffset = (address: string, topic: string): Promise<number | undefined> =>
    queryConsumerOffset(client, address, CID_SYS_RMQ_TRANS, messageQueue(topic, '', 0), ADMIN_TIMEOUT_MS) // prettier-ignore

  return {
    /** Delay level to the queue offset delivered next. Java: getAllDelayOffset. */
    getAllDelayOffset: async (address: string): Promise<Map<number, number>> => {
      const code = RequestCode.GET_ALL_DELAY_OFFSET
      return new Map(readDelayOffsets(jsonOf(await callBroker(deps, address, { code }), code)))
    },

    /** Messages that wait for a time of their own, over all topics. Java: getTimerMetrics. */
    countTimers: async (address: string): Promise<number> => {
      const code = RequestCode.GET_TIMER_METRICS
      const { timingCount } = jsonOf(await callBroker(deps, address, { code }), code)
      return Object.values(asObject(timingCount) ?? {}).reduce<number>(
        (sum, metric) => sum + numberOf(asObject(metric)?.count, 0),
        0
      )
    },

    /** The oldest offset of the timer's queue that may still wait; undefined where the broker does not tell. */
    lowTimerOffset: async (address: string): Promise<number | undefined> => {
      const code = RequestCode.GET_TIMER_CHECK_POINT
      const { body } = await callBroker(deps, address, { code })
      return readTimerCheckpoint(body ?? Buffer.alloc(0))?.lowOffset
    },

    /** The first half message and the first op message that are not done with; undefined: no transaction yet. */
    transactionOffsets: async (
      address: string
    ): Promise<{ half: number | undefined; op: number | undefined }> => ({
      half: await transOffset(address, RMQ_SYS_TRANS_HALF_TOPIC),
      op: await transOffset(address, RMQ_SYS_TRANS_OP_HALF_TOPIC)
    }),

    /**
     * RECALL_MESSAGE (370). Java: DefaultMQProducer.recallMessage.
     * @throws RemotingError NO_PERMISSION with recallMessageEnable=false, ILLEGAL_OPERATION when it is due already.
     */
    recallMessage: async (
      address: string,
      { topic, recallHandle, producerGroup }: { topic: string; recallHandle: string; producerGroup: string } // prettier-ignore
    ): Promise<void> => {
      const extFields = RecallMessageRequestHeader.encode({ producerGroup, topic, recallHandle })
      await callBroker(deps, address, { code: RequestCode.RECALL_MESSAGE, extFields })
    }
  }
}
