/** LOCK_BATCH_MQ (41), UNLOCK_BATCH_MQ (42). Java: AdminBrokerProcessor. */
import { messageQueue, readLockBatchBody } from '../../protocol/bodies/messageQueue'
import { jsonBody, readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { NoHeader } from '../../protocol/headers/admin'
import { success } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import type { RebalanceLockManager } from '../rebalanceLockManager'

interface Deps {
  locks: Pick<RebalanceLockManager, 'tryLockBatch' | 'unlockBatch'>
}

export const lockBatchMq = ({ locks }: Deps): Route[] => [
  route(RequestCode.LOCK_BATCH_MQ, NoHeader, ({ body }) => {
    const { consumerGroup, mqSet, clientId } = readLockBatchBody(
      readJsonBody(body, 'LOCK_BATCH_MQ')
    )
    const held = locks.tryLockBatch(consumerGroup, mqSet, clientId)
    const lockOKMQSet = held.map((q) => messageQueue(q.topic, q.brokerName, q.queueId))
    return replyBody(jsonBody({ lockOKMQSet }))
  }),
  route(RequestCode.UNLOCK_BATCH_MQ, NoHeader, ({ body }) => {
    const { consumerGroup, mqSet, clientId } = readLockBatchBody(
      readJsonBody(body, 'UNLOCK_BATCH_MQ')
    )
    locks.unlockBatch(consumerGroup, mqSet, clientId)
    return success
  })
]
