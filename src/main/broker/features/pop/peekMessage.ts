/** What is there to be popped: PEEK_MESSAGE (200052), NOTIFICATION (200054), POLLING_INFO (200055), POP_ROLLBACK (200056). Java: PeekMessageProcessor, NotificationProcessor, PollingInfoProcessor. */
import type { Clock } from '../../../base/clock'
import type { Random } from '../../../base/random'
import type { TopicConfig } from '../../../protocol/bodies/topicConfig'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { NoHeader } from '../../../protocol/headers/admin'
import {
  NotificationRequestHeader,
  NotificationResponseHeader,
  PeekMessageRequestHeader,
  PollingInfoRequestHeader,
  PollingInfoResponseHeader,
  PopMessageResponseHeader
} from '../../../protocol/headers/pop'
import { success, type Reply } from '../../../protocol/remotingCommand'
import { popRetryTopicOf } from '../../../protocol/topicNames'
import { reply, route, type RequestContext, type Route } from '../../../remoting/route'
import type { MessageStore } from '../../../store/messageStore'
import type { BrokerStatsManager } from '../../brokerStatsManager'
import type { TopicConfigManager } from '../../topicConfigManager'
import type { PopCheck } from './popCheck'
import type { PopConsumerService } from './popConsumerService'
import type { PopLongPollingService } from './popLongPollingService'
import { MAX_POLL_TIME_MS, queuesFrom } from './popMessage'
import type { QueueName } from './popQueue'

export interface PeekMessageDeps {
  clock: Pick<Clock, 'monotonic'>
  random: Pick<Random, 'int'>
  topics: Pick<TopicConfigManager, 'select'>
  store: Pick<MessageStore, 'getMessage'>
  stats: Pick<BrokerStatsManager, 'incGet'>
  check: Pick<PopCheck, 'mustGive' | 'judge'>
  consumers: Pick<PopConsumerService, 'queues' | 'isFree'>
  /** Of pops: what 200055 counts. */
  polling: Pick<PopLongPollingService, 'pollingNum'>
  /** Of those that only want to be told. */
  notifications: Pick<PopLongPollingService, 'hold'>
}

interface Asked {
  topic: string
  consumerGroup: string
  queueId: number
}

export const peekMessage = (deps: PeekMessageDeps): Route[] => {
  const { clock, random, topics, store, stats, check, consumers, polling, notifications } = deps

  /** @throws RemotingError. */
  const judge = (asked: Asked): TopicConfig => {
    check.mustGive()
    return check.judge(asked)
  }

  /** Its queues, and those of what came back: every fifth time first. */
  const sourcesOf = (topic: TopicConfig, { consumerGroup: group, queueId }: Asked): QueueName[] => {
    const chance = random.int(100)
    const own = queueId >= 0 ? [{ topic: topic.topicName, group, queueId }] : queuesFrom(topic, group, chance) // prettier-ignore
    const retryTopic = topics.select(popRetryTopicOf(topic.topicName, group))
    const retry = retryTopic ? queuesFrom(retryTopic, group, chance) : []
    return chance % 5 === 0 ? [...retry, ...own] : [...own, ...retry]
  }

  const peek = async ({ header }: RequestContext<PeekMessageRequestHeader>): Promise<Reply> => {
    const { consumerGroup, maxMsgNums } = header
    const messages: Buffer[] = []
    let restNum = 0
    for (const source of sourcesOf(judge(header), header)) {
      restNum += consumers.queues.rest(source)
      if (messages.length >= maxMsgNums) continue
      const { topic, queueId } = source
      const query = { topic, queueId, maxMsgNums: maxMsgNums - messages.length }
      let result = await store.getMessage({ ...query, offset: consumers.queues.position(source) })
      if (result.status === 'OFFSET_TOO_SMALL' || result.status === 'OFFSET_OVERFLOW_BADLY')
        result = await store.getMessage({ ...query, offset: result.nextBeginOffset })
      messages.push(...result.messages)
      if (result.messages.length > 0) stats.incGet(consumerGroup, topic, result.messages.length, result.bytes) // prettier-ignore
    }
    const isFound = messages.length > 0
    return {
      code: isFound ? ResponseCode.SUCCESS : ResponseCode.PULL_NOT_FOUND,
      remark: isFound ? 'FOUND' : 'NO_MESSAGE_IN_QUEUE',
      extFields: PopMessageResponseHeader.encode({ popTime: 0, invisibleTime: 0, reviveQid: 0, restNum }), // prettier-ignore
      ...(isFound && { body: messages })
    }
  }

  const notification = (
    context: RequestContext<NotificationRequestHeader>,
    since: number,
    mayHold: boolean
  ): Reply | Promise<Reply> => {
    const { header, connection } = context
    const { topic, consumerGroup: group, queueId, attemptId } = header
    const hasMsg = sourcesOf(judge(header), header).some(
      (source) =>
        consumers.isFree(source, header.order === true, attemptId) &&
        consumers.queues.rest(source) > 0
    )
    const pollTimeMs = Math.min(header.pollTime, MAX_POLL_TIME_MS) - (clock.monotonic() - since)
    if (hasMsg || !mayHold || pollTimeMs <= 0)
      return reply(NotificationResponseHeader, { hasMsg, pollingFull: false })
    return new Promise((resolve, reject) => {
      const isHeld = notifications.hold({
        ...{ topic, group, queueId: Math.max(-1, queueId), filter: undefined, pollTimeMs },
        connection,
        resume: (isTimeOver) => {
          Promise.resolve()
            .then(() => notification(context, since, !isTimeOver))
            .then(resolve, reject)
        }
      })
      if (!isHeld) resolve(reply(NotificationResponseHeader, { hasMsg, pollingFull: true }))
    })
  }

  return [
    route(RequestCode.PEEK_MESSAGE, PeekMessageRequestHeader, peek),
    route(RequestCode.NOTIFICATION, NotificationRequestHeader, (context) =>
      notification(context, clock.monotonic(), true)
    ),
    route(RequestCode.POLLING_INFO, PollingInfoRequestHeader, ({ header }) => {
      judge(header)
      const { topic, consumerGroup, queueId } = header
      const pollingNum = polling.pollingNum(topic, consumerGroup, Math.max(-1, queueId))
      return reply(PollingInfoResponseHeader, { pollingNum })
    }),
    // It turns RocketMQ's newer pop store back into its log; here the log is all there is.
    route(RequestCode.POP_ROLLBACK, NoHeader, () => success)
  ]
}
