/**
 * GET_BROKER_RUNTIME_INFO (28), VIEW_BROKER_STATS_DATA (315), QUERY_CONSUME_QUEUE (321), and cleaning on request (306,
 * 316, 329). Java: AdminBrokerProcessor.
 */
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  NoHeader,
  QueryConsumeQueueRequestHeader,
  ViewBrokerStatsDataRequestHeader
} from '../../protocol/headers/admin'
import { RemotingError, success } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'
import type { BrokerIdentity } from '../brokerIdentity'
import type { BrokerRuntimeInfo } from '../brokerRuntimeInfo'
import type { BrokerStatsManager } from '../brokerStatsManager'
import type { ConsumerManager } from '../consumerManager'

/** Consume queue entries one answer holds at most. */
const MAX_ENTRIES = 10_000

interface Deps {
  identity: Pick<BrokerIdentity, 'name'>
  runtimeInfo: Pick<BrokerRuntimeInfo, 'table'>
  stats: Pick<BrokerStatsManager, 'view'>
  consumers: Pick<ConsumerManager, 'getConsumerGroupInfo'>
  store: Pick<
    MessageStore,
    | 'queueIdsOf'
    | 'getConsumeQueueEntries'
    | 'getMaxOffsetInQueue'
    | 'getMinOffsetInQueue'
    | 'executeDeleteFilesManually'
    | 'cleanExpiredConsumerQueue'
  >
}

export const brokerAdmin = ({ identity, runtimeInfo, stats, consumers, store }: Deps): Route[] => [
  route(RequestCode.GET_BROKER_RUNTIME_INFO, NoHeader, () =>
    replyBody(jsonBody({ table: runtimeInfo.table() }))
  ),
  route(RequestCode.DELETE_EXPIRED_COMMITLOG, NoHeader, () => {
    store.executeDeleteFilesManually()
    return success
  }),
  route(RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE, NoHeader, async () => {
    await store.cleanExpiredConsumerQueue()
    return success
  }),
  // Deleting a topic takes its queues at once, so there are none to be cleaned.
  route(RequestCode.CLEAN_UNUSED_TOPIC, NoHeader, () => success),
  route(
    RequestCode.VIEW_BROKER_STATS_DATA,
    ViewBrokerStatsDataRequestHeader,
    ({ header: { statsName, statsKey } }) => {
      const view = stats.view(statsName, statsKey)
      if (view) return replyBody(jsonBody(view))
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `The stats <${statsName}> <${statsKey}> not exist on broker ${identity.name}: nothing of it has passed since its start, or it does not keep them`
      )
    }
  ),
  route(RequestCode.QUERY_CONSUME_QUEUE, QueryConsumeQueueRequestHeader, ({ header }) => {
    const { topic, queueId, index, count, consumerGroup } = header
    if (!store.queueIdsOf(topic).includes(queueId))
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        `${topic}@${queueId} has no consume queue on broker ${identity.name}: no message was sent to it`
      )
    const subscription =
      consumerGroup === undefined
        ? undefined
        : consumers.getConsumerGroupInfo(consumerGroup)?.subscriptions.get(topic)
    const entries = store.getConsumeQueueEntries(
      topic,
      queueId,
      index,
      Math.min(Math.max(0, count), MAX_ENTRIES)
    )
    return replyBody(
      jsonBody({
        filterData: 'null',
        maxQueueIndex: store.getMaxOffsetInQueue(topic, queueId),
        minQueueIndex: store.getMinOffsetInQueue(topic, queueId),
        queueData: entries.map(({ physicalOffset, size, tagsCode }) => ({
          eval: subscription?.matches?.(tagsCode) ?? subscription !== undefined,
          physicOffset: physicalOffset,
          physicSize: size,
          tagsCode
        })),
        subscriptionData: subscription?.data
      })
    )
  })
]
