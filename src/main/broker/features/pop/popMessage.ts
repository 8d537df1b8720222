/** POP_MESSAGE (200050). Java: PopMessageProcessor. */
import type { Clock } from '../../../base/clock'
import type { Random } from '../../../base/random'
import { endOfTurn } from '../../../base/turn'
import {
  buildSubscriptionData,
  EXPRESSION_TAG,
  isTagType
} from '../../../protocol/bodies/heartbeat'
import type { TopicConfig } from '../../../protocol/bodies/topicConfig'
import { RequestCode } from '../../../protocol/codes/requestCode'
import { ResponseCode } from '../../../protocol/codes/responseCode'
import { POP_ORDER_REVIVE_QUEUE } from '../../../protocol/extraInfo'
import { PopMessageRequestHeader } from '../../../protocol/headers/pop'
import { RemotingError, type Reply } from '../../../protocol/remotingCommand'
import { popRetryTopicOf } from '../../../protocol/topicNames'
import { route, type RequestContext, type Route } from '../../../remoting/route'
import type { BrokerConfig } from '../../brokerConfig'
import { mustBeUnderstood } from '../../expressionSupport'
import { FilterFactory, type SubscriptionFilter } from '../../filter/subscriptionFilter'
import type { TopicConfigManager } from '../../topicConfigManager'
import { PopAnswer, type PopAnswerDeps } from './popAnswer'
import type { PopCheck } from './popCheck'
import type { PopConsumerService, PopRequest } from './popConsumerService'
import { REVIVE_QUEUE_ID } from './popJournal'
import type { PopLongPollingService } from './popLongPollingService'
import type { QueueName } from './popQueue'

/** Messages of one pop at most. */
const MAX_POP_MSG_NUMS = 32

/** A pop is held this long at most, whatever it asks for. */
export const MAX_POLL_TIME_MS = 60_000

export type PopMessageDeps = PopAnswerDeps & {
  clock: Pick<Clock, 'now' | 'monotonic'>
  random: Pick<Random, 'int'>
  config: Pick<BrokerConfig, 'timerWheelEnable' | 'popFromRetryProbability'>
  topics: Pick<TopicConfigManager, 'select'>
  check: Pick<PopCheck, 'mustGive' | 'judge'>
  consumers: PopConsumerService
  polling: Pick<PopLongPollingService, 'hold' | 'notify'>
}

type Context = RequestContext<PopMessageRequestHeader>

/** A queue that is looked at. */
interface Source extends QueueName {
  readonly isRetry: boolean
}

/** The queues of a topic, from any of them on. */
export const queuesFrom = (
  { topicName, readQueueNums }: TopicConfig,
  group: string,
  first: number
): QueueName[] =>
  Array.from({ length: readQueueNums }, (_, i) => ({
    ...{ topic: topicName, group },
    queueId: (first + i) % readQueueNums
  }))

export const popMessage = (deps: PopMessageDeps): Route[] => {
  const { clock, random, config, topics, check, consumers, polling } = deps
  const filters = new FilterFactory()

  /** Java's order. @throws RemotingError. */
  const judge = (header: PopMessageRequestHeader): TopicConfig => {
    check.mustGive()
    if (header.maxMsgNums > MAX_POP_MSG_NUMS)
      throw new RemotingError(
        ResponseCode.INVALID_PARAMETER,
        `pop message's num is greater than ${MAX_POP_MSG_NUMS}: ${header.maxMsgNums}`
      )
    if (!config.timerWheelEnable)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        'pop message is forbidden because timerWheelEnable is false'
      )
    return check.judge(header)
  }

  const filterOf = ({ topic, exp, expType }: PopMessageRequestHeader): SubscriptionFilter => {
    const expressionType = expType ?? EXPRESSION_TAG
    if (exp === undefined || exp === '' || isTagType(expressionType))
      return filters.create(buildSubscriptionData(topic, exp ?? '*', 0))
    const filter = filters.create({ subString: exp, codeSet: [], expressionType })
    mustBeUnderstood(exp, filter.problem)
    return filter
  }

  /** Where this pop looks, in its order: every fifth at what came back first, the others only after their queues. */
  const sourcesOf = (header: PopMessageRequestHeader, topic: TopicConfig): Source[] => {
    const { consumerGroup: group, queueId, order } = header
    const chance = random.int(100)
    const own = queueId >= 0 ? [{ topic: topic.topicName, group, queueId }] : queuesFrom(topic, group, chance) // prettier-ignore
    const normal = own.map((name) => ({ ...name, isRetry: false }))
    const retryTopic = order === true ? undefined : topics.select(popRetryTopicOf(topic.topicName, group)) // prettier-ignore
    if (!retryTopic) return normal
    const retry = queuesFrom(retryTopic, group, chance).map((name) => ({ ...name, isRetry: true }))
    return chance < config.popFromRetryProbability ? [...retry, ...normal] : [...normal, ...retry]
  }

  /** Looks at all sources once: at those another pop is busy with only when the others had nothing. */
  const gather = async (
    answer: PopAnswer,
    sources: readonly Source[],
    request: PopRequest
  ): Promise<void> => {
    const visit = async (source: Source): Promise<void> => {
      if (answer.room === 0) answer.addRest(consumers.queues.rest(source))
      else if (!consumers.queues.isAtEnd(source)) {
        const popped = await consumers.pop(source, request, answer.room).catch((error: unknown) => {
          // What other queues gave is popped: it goes out.
          if (answer.isEmpty) throw error
          return undefined
        })
        if (popped) answer.add(popped, source.isRetry)
        else if (consumers.isFree(source, request.order, request.attemptId))
          answer.addRest(consumers.queues.rest(source))
      }
    }
    const busy: Source[] = []
    for (const source of sources)
      if (sources.length > 1 && consumers.queues.isPopping(source)) busy.push(source)
      else await visit(source)
    for (const source of busy)
      if (answer.isEmpty) await visit(source)
      else answer.addRest(consumers.queues.rest(source))
  }

  const pop = async (context: Context, since: number, mayHold = true): Promise<Reply> => {
    const { header, connection } = context
    const { consumerGroup: group, invisibleTime, initMode, attemptId } = header
    const order = header.order === true
    // Judged anew each time: the topic or the group may have changed while it waited.
    const topic = judge(header)
    const filter = filterOf(header)
    const sources = sourcesOf(header, topic)
    for (;;) {
      const popTime = clock.now()
      const reviveQid = order ? POP_ORDER_REVIVE_QUEUE : REVIVE_QUEUE_ID
      const answer = new PopAnswer(deps, context, { popTime, reviveQid })
      await gather(answer, sources, { popTime, invisibleTime, initMode, order, attemptId, filter })
      if (!answer.isEmpty) {
        // One that waits may have the rest.
        if (answer.rest > 0) polling.notify(header.topic, group)
        return answer.found()
      }
      const left = Math.min(header.pollTime, MAX_POLL_TIME_MS) - (clock.monotonic() - since)
      if (left <= 0 || !mayHold) return answer.nothing(ResponseCode.POLLING_TIMEOUT)
      const hasMore = sources.some(
        (source) => consumers.isFree(source, order, attemptId) && consumers.queues.rest(source) > 0
      )
      if (!hasMore) return hold(context, since, left, filter, answer)
      // Messages it does not want, or one that came meanwhile.
      await new Promise<void>((resolve) => endOfTurn(resolve))
      if (!connection.isOpen) return answer.nothing(ResponseCode.POLLING_TIMEOUT)
    }
  }

  const hold = (
    context: Context,
    since: number,
    pollTimeMs: number,
    filter: SubscriptionFilter,
    answer: PopAnswer
  ): Promise<Reply> => {
    const { header, connection } = context
    const { topic, consumerGroup: group, queueId } = header
    return new Promise((resolve, reject) => {
      const isHeld = polling.hold({
        ...{ topic, group, queueId: Math.max(-1, queueId), filter, pollTimeMs, connection },
        resume: (isTimeOver) => {
          pop(context, since, !isTimeOver).then(resolve, reject)
        }
      })
      if (!isHeld) resolve(answer.nothing(ResponseCode.POLLING_FULL))
    })
  }

  return [
    route(RequestCode.POP_MESSAGE, PopMessageRequestHeader, (context) =>
      pop(context, clock.monotonic())
    )
  ]
}
