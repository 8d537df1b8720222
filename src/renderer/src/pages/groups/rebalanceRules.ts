/** What the rebalance picture shows. Pure. */
import type { QueueName, QueueShare, Sharing } from '../../../../shared/groupViews'

export interface MemberShare {
  clientId: string
  /** From 1, by which the cells name it. */
  number: number
  queues: number
}

export const nameOfQueue = ({ topic, brokerName, queueId }: QueueName): string =>
  `${topic} ${brokerName} #${queueId}`

export const memberShares = ({ members, queues }: Sharing): MemberShare[] =>
  members.map((clientId, i) => ({
    clientId,
    number: i + 1,
    queues: queues.filter((queue) => queue.clientId === clientId).length
  }))

/** Queues by topic, in their order. */
export const byTopic = (queues: readonly QueueShare[]): [string, QueueShare[]][] => {
  const topics = new Map<string, QueueShare[]>()
  for (const queue of queues) {
    const list = topics.get(queue.topic)
    if (list) list.push(queue)
    else topics.set(queue.topic, [queue])
  }
  return [...topics]
}

/** Queues that would have another member. */
export const movedCount = (now: Sharing, then: Sharing): number => {
  const owners = new Map(now.queues.map((queue) => [nameOfQueue(queue), queue.clientId]))
  return then.queues.filter((queue) => owners.get(nameOfQueue(queue)) !== queue.clientId).length
}

/** A hue for the n-th member, far from those of its neighbours. */
export const hueOf = (number: number): number => Math.round((number * 137.5) % 360)
