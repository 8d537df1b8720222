/** The queues a route means to producers and consumers. Java: MQClientInstance.topicRouteData2TopicPublishInfo. */
import { messageQueue, type MessageQueue } from './bodies/messageQueue'
import type { QueueData, TopicRouteData } from './bodies/route'
import { isReadable, isWriteable } from './permName'

const byBrokerName = (a: QueueData, b: QueueData): number =>
  a.brokerName < b.brokerName ? -1 : a.brokerName > b.brokerName ? 1 : 0

/** Java: MessageQueue.compareTo. Members of a group must all sort alike. */
export const compareQueues = (a: MessageQueue, b: MessageQueue): number => {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  if (a.brokerName !== b.brokerName) return a.brokerName < b.brokerName ? -1 : 1
  return a.queueId - b.queueId
}

/** Equal queues, equal text. */
export const queueKey = ({ topic, brokerName, queueId }: MessageQueue): string =>
  `${topic}@${brokerName}@${queueId}`

const range = (topic: string, brokerName: string, count: number): MessageQueue[] =>
  Array.from({ length: count }, (_, queueId) => messageQueue(topic, brokerName, queueId))

/** `broker-a:4;broker-b:4`. Java: MQClientInstance.topicRouteData2TopicPublishInfo. */
const orderedQueues = (topic: string, orderTopicConf: string): MessageQueue[] =>
  orderTopicConf.split(';').flatMap((part) => {
    const [brokerName, count] = part.split(':')
    const queues = Number(count)
    return brokerName && Number.isInteger(queues) && queues > 0
      ? range(topic, brokerName, queues)
      : []
  })

/** Writeable queues of brokers that have a master, at most `limit` a broker. */
export const publishQueues = (
  topic: string,
  route: TopicRouteData,
  limit = Infinity
): MessageQueue[] => {
  if (route.orderTopicConf) return orderedQueues(topic, route.orderTopicConf)
  const masters = new Set(
    route.brokerDatas.filter((b) => b.brokerAddrs['0'] !== undefined).map((b) => b.brokerName)
  )
  return [...route.queueDatas]
    .sort(byBrokerName)
    .filter((q) => isWriteable(q.perm) && masters.has(q.brokerName))
    .flatMap((q) => range(topic, q.brokerName, Math.min(q.writeQueueNums, limit)))
}

/** Readable queues, sorted as every member of a group sorts them. */
export const subscribeQueues = (topic: string, route: TopicRouteData): MessageQueue[] =>
  route.queueDatas
    .filter((q) => isReadable(q.perm))
    .flatMap((q) => range(topic, q.brokerName, q.readQueueNums))
    .sort(compareQueues)
