/** Which queues a member pops from. Java: QueryAssignmentProcessor.allocate4Pop. */
import { allocateMessageQueueAveragely } from '../../../protocol/allocateMessageQueueAveragely'
import { allocateMessageQueueByCircle } from '../../../protocol/allocateMessageQueueByCircle'
import type { MessageQueue } from '../../../protocol/bodies/messageQueue'

export type AllocateMessageQueueStrategy = (
  currentCID: string,
  mqAll: readonly MessageQueue[],
  cidAll: readonly string[]
) => MessageQueue[]

/** By the names clients send. */
export const strategies: ReadonlyMap<string, AllocateMessageQueueStrategy> = new Map([
  ['AVG', allocateMessageQueueAveragely],
  ['AVG_BY_CIRCLE', allocateMessageQueueByCircle]
])

/** All queues of a broker. */
const ANY_QUEUE = -1

/** Both lists sorted. Without a number to share, everybody pops from all brokers; else a queue is popped by so many members more. */
export const allocate4Pop = (
  strategy: AllocateMessageQueueStrategy,
  clientId: string,
  mqAll: readonly MessageQueue[],
  cidAll: readonly string[],
  popShareQueueNum: number
): MessageQueue[] => {
  if (popShareQueueNum <= 0 || popShareQueueNum >= cidAll.length - 1) {
    const brokers = new Map(mqAll.map((queue) => [queue.brokerName, { ...queue, queueId: ANY_QUEUE }])) // prettier-ignore
    return [...brokers.values()]
  }
  const index = cidAll.indexOf(clientId)
  if (index < 0) return []
  // So that every member has one.
  if (cidAll.length > mqAll.length) return [mqAll[index % mqAll.length]!]
  const members = Array.from({ length: popShareQueueNum + 1 }, (_, i) => cidAll[(index + i) % cidAll.length]!) // prettier-ignore
  return [...new Set(members)].flatMap((member) => strategy(member, mqAll, cidAll))
}
