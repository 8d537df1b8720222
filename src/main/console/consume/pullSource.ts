/** Pulls all queues of a topic, and of its group's retries, from the group's progress on; progress is what was settled. */
import type { ConsumeDraft } from '../../../shared/consumeDrafts'
import {
  consumerSendMsgBack,
  getMaxOffset,
  getMinOffset,
  queryConsumerOffset,
  updateConsumerOffset
} from '../../client/brokerCalls'
import { toMessageExt, type MessageExt } from '../../client/messageExt'
import { CLIENT_API_TIMEOUT_MS, type MQClientInstance } from '../../client/mqClientInstance'
import { pullMessage } from '../../client/pullMessage'
import { SUB_ALL } from '../../protocol/bodies/heartbeat'
import type { MessageQueue } from '../../protocol/bodies/messageQueue'
import { isRetryTopic, retryTopicOf } from '../../protocol/topicNames'
import { queueKey, subscribeQueues } from '../../protocol/topicQueues'
import type { Consumption, Source } from './consumption'
import { PollLoop } from './pollLoop'

/** Routes are looked at anew after so many looks: the retry topic comes to be with the first retry. */
const LOOKS_A_ROUTE = 10
/** Java: maxReconsumeTimes of a concurrent consumer. */
const MAX_RECONSUME_TIMES = 16

interface Progress {
  queue: MessageQueue
  next: number
  /** Offsets that are not settled. */
  readonly pending: Set<number>
}

export const pullSource = (
  client: MQClientInstance,
  draft: ConsumeDraft,
  consumption: Pick<Consumption, 'take' | 'open' | 'report' | 'recovered' | 'end'>
): Source => {
  const { topic, group, from, expression, expressionType } = draft
  const { remoting, routes, clock } = client
  const queues = new Map<string, Progress>()
  let looks = 0
  const addressOf = ({ brokerName }: MessageQueue): string => routes.masterAddress(brokerName)

  const begin = async (queue: MessageQueue): Promise<number> => {
    const known = await queryConsumerOffset(remoting, addressOf(queue), group, queue, CLIENT_API_TIMEOUT_MS) // prettier-ignore
    if (known !== undefined) return known
    const offsetOf = from === 'first' || isRetryTopic(queue.topic) ? getMinOffset : getMaxOffset
    return offsetOf(remoting, addressOf(queue), queue, CLIENT_API_TIMEOUT_MS)
  }

  const findQueues = async (): Promise<void> => {
    for (const name of [topic, retryTopicOf(group)]) {
      routes.forget(name)
      const route = name === topic ? await routes.get(name) : await routes.find(name)
      for (const queue of route ? subscribeQueues(name, route) : []) {
        const key = queueKey(queue)
        if (!queues.has(key)) queues.set(key, { queue, next: await begin(queue), pending: new Set() }) // prettier-ignore
      }
    }
  }

  const settled = async (progress: Progress, offset: number): Promise<void> => {
    const { queue, pending } = progress
    const commit = Math.min(progress.next, ...[...pending].filter((other) => other !== offset))
    await remoting.call(addressOf(queue), updateConsumerOffset(group, queue, commit), CLIENT_API_TIMEOUT_MS) // prettier-ignore
    pending.delete(offset)
  }

  const sendBack = (message: MessageExt): Promise<void> =>
    consumerSendMsgBack(
      remoting,
      routes.masterAddress(message.brokerName),
      {
        offset: message.physicalOffset,
        group,
        delayLevel: 0,
        originMsgId: message.msgId,
        originTopic: topic,
        unitMode: false,
        maxReconsumeTimes: MAX_RECONSUME_TIMES,
        bname: message.brokerName
      },
      CLIENT_API_TIMEOUT_MS
    )

  const pull = async (progress: Progress, room: number): Promise<number> => {
    const { queue, pending } = progress
    const isRetry = isRetryTopic(queue.topic)
    const result = await pullMessage(
      remoting,
      addressOf(queue),
      {
        consumerGroup: group,
        ...{ topic: queue.topic, queueId: queue.queueId, brokerName: queue.brokerName },
        offset: progress.next,
        maxMsgNums: room,
        subscription: isRetry ? SUB_ALL : expression,
        expressionType: isRetry ? undefined : expressionType,
        subVersion: clock.now()
      },
      CLIENT_API_TIMEOUT_MS
    )
    progress.next = result.nextBeginOffset
    for (const stored of result.messages) pending.add(stored.queueOffset)
    for (const stored of result.messages) {
      const message = toMessageExt(stored, queue.brokerName)
      consumption.take(message, {
        ack: () => settled(progress, stored.queueOffset),
        nack: async () => {
          await sendBack(message)
          await settled(progress, stored.queueOffset)
        }
      })
    }
    return result.messages.length
  }

  const look = async (room: number): Promise<number> => {
    if (looks++ % LOOKS_A_ROUTE === 0) await findQueues()
    let found = 0
    for (const progress of queues.values()) {
      if (found >= room) break
      found += await pull(progress, room - found)
    }
    return found
  }

  const loop = new PollLoop({ clock: clock.real, consumption, maxInHand: draft.maxInHand, look })
  return {
    clientId: client.clientId,
    get queues() {
      return [...queues.values()].filter(({ queue }) => queue.topic === topic).length
    },
    start: async () => {
      await routes.get(topic)
      loop.start()
    },
    stop: () => loop.stop(),
    close: () => client.close()
  }
}
